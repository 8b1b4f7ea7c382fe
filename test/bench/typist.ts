import { BenchDocument, type Edit, type Recording, type Taking } from './recording.ts'

/** What a typist does next. */
export type Action =
	/** Puts the cursor right after the first occurrence of a text. */
	| { readonly goTo: string; readonly file: string }
	/** `\n` is the Enter key; the indentation comes from the editor. */
	| { readonly type: string }
	/** Presses Backspace. */
	| { readonly erase: number }
	/** Types a text, sees that it is wrong, takes it back. */
	| { readonly mistype: string }
	/** Leaves the line by its end, over brackets that the editor has closed. */
	| { readonly toLineEnd: true }
	/** Goes down so many lines, to the end of the last. */
	| { readonly down: number }
	/** Reads what is suggested and takes it, where it comes to the text; types that otherwise. */
	| { readonly take: Taking; readonly or: string }
	/** Thinks, or reads a suggestion. Milliseconds. */
	| { readonly pause: number }

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', "'": "'", '"': '"', '`': '`' }

/** What somebody does, and how. */
export interface Script {
	readonly actions: readonly Action[]
	/** Of the times between keys. */
	readonly seed: number
	/**
	 * Whether brackets that the editor has closed are written over, blank lines emptied and indents erased by steps, as VS Code does
	 * it. The first session was recorded without.
	 */
	readonly likeVsCode: boolean
}

/** Milliseconds to read what is suggested before it is taken. */
const reading: Readonly<Record<Taking, number>> = { all: 550, line: 450, word: 220 }

/**
 * Plays a person at an editor that closes brackets and indents, at about 60 words a minute, pauses included. The same every
 * time: times come from a generator of random numbers with a fixed seed.
 */
export function recordSession(files: ReadonlyMap<string, string>, { actions, ...how }: Script): Recording {
	const typist = new Typist(files, how)
	for (const action of actions) typist.perform(action)
	return { edits: typist.edits }
}

class Typist {
	readonly edits: Edit[] = []
	private readonly documents: ReadonlyMap<string, BenchDocument>
	private readonly random: () => number
	private readonly likeVsCode: boolean
	private file = ''
	private cursor = 0
	private now = 0
	/** Brackets that the editor has closed by itself and that nobody has left yet. */
	private closedHere = 0
	/** For the next change. */
	private take: Taking | undefined

	constructor(files: ReadonlyMap<string, string>, { seed, likeVsCode }: Omit<Script, 'actions'>) {
		this.random = randomNumbers(seed)
		this.likeVsCode = likeVsCode
		this.documents = new Map([...files].map(([file, text]) => [file, new BenchDocument(file, text)]))
	}

	perform(action: Action): void {
		if ('goTo' in action) this.jump(action.file, action.goTo)
		else if ('type' in action) for (const key of action.type) this.press(key)
		else if ('erase' in action) this.erase(action.erase)
		else if ('pause' in action) this.now += action.pause
		else if ('toLineEnd' in action) this.leaveLine()
		else if ('down' in action) this.goDown(action.down)
		else if ('take' in action) this.takeOr(action.take, action.or)
		else {
			for (const key of action.mistype) this.press(key)
			this.now += 350
			this.erase(action.mistype.length)
		}
	}

	private get document(): BenchDocument {
		const document = this.documents.get(this.file)
		if (!document) throw new Error(`There is no file ${this.file}`)
		return document
	}

	private jump(file: string, marker: string): void {
		this.file = file
		const at = this.document.text.indexOf(marker)
		if (at < 0) throw new Error(`${file} does not hold: ${marker}`)
		this.now += 900 + this.random() * 600
		this.change(0, '', at + marker.length)
	}

	private leaveLine(): void {
		const end = this.document.text.indexOf('\n', this.cursor)
		this.now += 200
		this.change(0, '', end < 0 ? this.document.text.length : end)
	}

	private goDown(lines: number): void {
		const { text } = this.document
		let end = text.indexOf('\n', this.cursor)
		for (let left = lines; left > 0 && end >= 0; left--) end = text.indexOf('\n', end + 1)
		this.now += 180 * lines + 120
		this.change(0, '', end < 0 ? text.length : end)
	}

	/** All of it once; lines and words wherever one begins. */
	private takeOr(taking: Taking, text: string): void {
		let before = ''
		for (const key of text) {
			if (before === '' || isNext(taking, before, key)) {
				this.now += reading[taking]
				this.take = taking
			}
			this.press(key)
			before = key
		}
	}

	private press(key: string): void {
		this.now += this.delayBefore(key)
		const { text } = this.document
		const next = text[this.cursor]
		const closer = closers[key]
		const isFree = next === undefined || /[\s)\]},;]/.test(next)
		if (key === '\n') this.enter(next)
		else if (next === key && Object.values(closers).includes(key) && this.isOurs) this.close(key)
		else if (closer && isFree && !(key === closer && this.staysSingle(key))) {
			this.closedHere++
			this.change(0, key + closer, this.cursor + 1)
		} else this.change(0, key, this.cursor + 1)
	}

	/** VS Code treats brackets in pairs only where it has closed them itself. */
	private get isOurs(): boolean {
		return this.closedHere > 0 || !this.likeVsCode
	}

	private close(closer: string): void {
		this.closedHere--
		if (this.likeVsCode) this.change(1, closer, this.cursor + 1)
		else this.change(0, '', this.cursor + 1)
	}

	/** An apostrophe, the end of a string; in Rust a lifetime. */
	private staysSingle(quote: string): boolean {
		const before = this.document.text[this.cursor - 1] ?? ''
		const isLifetime = quote === "'" && this.document.languageId === 'rust'
		return (
			isLifetime ||
			/["'`]/.test(before) ||
			(/\w/.test(before) && !(before === 'f' && this.document.languageId === 'python'))
		)
	}

	private enter(next: string | undefined): void {
		const before = this.document.text.slice(this.document.text.lastIndexOf('\n', this.cursor - 1) + 1, this.cursor)
		const indent = /^\s*/.exec(before)?.[0] ?? ''
		const unit = ['python', 'rust'].includes(this.document.languageId) ? '    ' : '\t'
		const opens = /[({[:]\s*$/.test(before)
		const inner = opens ? `\n${indent}${unit}` : `\n${indent}`
		const after = opens && next !== undefined && /[)}\]]/.test(next) ? `\n${indent}` : ''
		// No indent stays on a line that nothing was written on.
		const left = this.likeVsCode && before !== '' && before.trim() === '' ? before.length : 0
		this.cursor -= left
		this.change(left, inner + after, this.cursor + inner.length)
	}

	private erase(count: number): void {
		for (let left = count; left > 0; left--) {
			this.now += 90 + this.random() * 60
			// Backspace inside an empty pair takes both.
			const { text } = this.document
			const opener = text[this.cursor - 1] ?? ''
			const isPair = closers[opener] !== undefined && closers[opener] === text[this.cursor] && this.isOurs
			if (isPair) this.closedHere--
			const pair = isPair ? 2 : 1
			const step = this.likeVsCode ? this.indentBefore() : 1
			this.cursor -= step
			this.change(Math.max(pair, step), '', this.cursor)
		}
	}

	/** Spaces of one step of the indent, where nothing else stands before the cursor; else 1. */
	private indentBefore(): number {
		const { text } = this.document
		const before = text.slice(text.lastIndexOf('\n', this.cursor - 1) + 1, this.cursor)
		return /^(?: {4})+$/.test(before) ? 4 : 1
	}

	private change(remove: number, insert: string, cursor: number): void {
		const change = { at: Math.round(this.now), file: this.file, offset: this.cursor, remove, insert, cursor }
		const edit = { ...change, ...(this.take && { take: this.take }) }
		this.take = undefined
		if (remove === 0 && insert === '') {
			this.closedHere = 0
			this.edits.push({ ...edit, offset: cursor })
		} else {
			this.document.apply(edit)
			this.edits.push(edit)
		}
		this.cursor = cursor
	}

	/**
	 * Milliseconds: short inside a word, longer before one, longest before a new line. Log-normal, as times between keys
	 * are: bursts come faster than any debounce, and no shortest time lies just above one.
	 */
	private delayBefore(key: string): number {
		const normal = Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random())
		const spread = Math.exp(0.45 * normal)
		if (key === '\n') return 320 * spread
		return (/\w/.test(key) ? 130 : 180) * spread
	}
}

/** Whether a word, or a line, begins with the key. */
function isNext(taking: Taking, before: string, key: string): boolean {
	if (taking === 'word') return /\w/.test(key) && !/\w/.test(before)
	return taking === 'line' && before === '\n'
}

/** Numbers from 0 to 1 (mulberry32): good enough to spread times, and the same on every machine. */
function randomNumbers(seed: number): () => number {
	let state = seed
	return () => {
		state = (state + 0x6d2b79f5) | 0
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
	}
}
