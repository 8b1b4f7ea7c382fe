import { BenchDocument, type Edit, type Recording } from './recording.ts'

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
	/** Thinks, or reads a suggestion. Milliseconds. */
	| { readonly pause: number }

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', "'": "'", '"': '"', '`': '`' }

/**
 * Plays a person at an editor that closes brackets and indents, at about 60 words a minute, pauses included. The same every
 * time: times come from a generator of random numbers with a fixed seed.
 */
export function recordSession(files: ReadonlyMap<string, string>, actions: readonly Action[]): Recording {
	const typist = new Typist(files)
	for (const action of actions) typist.perform(action)
	return { edits: typist.edits }
}

class Typist {
	readonly edits: Edit[] = []
	private readonly documents: ReadonlyMap<string, BenchDocument>
	private readonly random = randomNumbers(7)
	private file = ''
	private cursor = 0
	private now = 0

	constructor(files: ReadonlyMap<string, string>) {
		this.documents = new Map([...files].map(([file, text]) => [file, new BenchDocument(file, text)]))
	}

	perform(action: Action): void {
		if ('goTo' in action) this.jump(action.file, action.goTo)
		else if ('type' in action) for (const key of action.type) this.press(key)
		else if ('erase' in action) this.erase(action.erase)
		else if ('pause' in action) this.now += action.pause
		else if ('toLineEnd' in action) this.leaveLine()
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

	private press(key: string): void {
		this.now += this.delayBefore(key)
		const next = this.document.text[this.cursor]
		const closer = closers[key]
		if (key === '\n') this.enter(next)
		else if (next === key && Object.values(closers).includes(key)) this.change(0, '', this.cursor + 1)
		else if (closer && (next === undefined || /[\s)\]}]/.test(next))) this.change(0, key + closer, this.cursor + 1)
		else this.change(0, key, this.cursor + 1)
	}

	private enter(next: string | undefined): void {
		const before = this.document.text.slice(this.document.text.lastIndexOf('\n', this.cursor - 1) + 1, this.cursor)
		const indent = /^\s*/.exec(before)?.[0] ?? ''
		const unit = this.document.languageId === 'python' ? '    ' : '\t'
		const opens = /[({[:]\s*$/.test(before)
		const inner = opens ? `\n${indent}${unit}` : `\n${indent}`
		const after = opens && next !== undefined && /[)}\]]/.test(next) ? `\n${indent}` : ''
		this.change(0, inner + after, this.cursor + inner.length)
	}

	private erase(count: number): void {
		for (let left = count; left > 0; left--) {
			this.now += 90 + this.random() * 60
			// Backspace inside an empty pair takes both.
			const { text } = this.document
			const opener = text[this.cursor - 1] ?? ''
			const pair = closers[opener] !== undefined && closers[opener] === text[this.cursor] ? 2 : 1
			this.cursor--
			this.change(pair, '', this.cursor)
		}
	}

	private change(remove: number, insert: string, cursor: number): void {
		const edit = { at: Math.round(this.now), file: this.file, offset: this.cursor, remove, insert, cursor }
		if (remove === 0 && insert === '') this.edits.push({ ...edit, offset: cursor })
		else {
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
