const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '"': '"', "'": "'", '`': '`' }

/** Types as an editor does that closes brackets and quotes, lets them be typed over, and indents new lines. */
export class TypingEditor {
	private before = ''
	private after = ''
	/** Of one step. */
	private readonly indent: string
	/** Closers that were not typed, the next one first. */
	private closed: string[] = []

	constructor(marked: string, indent = '\t') {
		this.indent = indent
		this.change(marked)
	}

	get marked(): string {
		return `${this.before}│${this.after}`
	}

	/** Whether all that is behind the cursor up to the text that says something stands there already. */
	stands(rest: string): boolean {
		return this.after.replace(/\s/g, '').startsWith(rest.replace(/\s/g, ''))
	}

	change(marked: string): void {
		const [before = '', after = ''] = marked.split('│')
		this.before = before
		this.after = after
		this.closed = []
	}

	/** Inserts what was accepted as it is. */
	insert(text: string): void {
		this.before += text
	}

	type(character: string): void {
		if (character === '\n') {
			this.breakLine()
			return
		}
		const closer = pairs[character]
		if (this.closed[0] === character && this.after.startsWith(character)) {
			this.closed.shift()
			this.before += character
			this.after = this.after.slice(1)
			return
		}
		if (character === '}' && this.line.trim() === '')
			this.before = this.before.replace(new RegExp(`${this.indent}$`), '')
		const isQuote = closer === character
		const closes = closer !== undefined && /^(?:[\s;:.,=}\])>]|$)/.test(this.after)
		if (closes && !(isQuote && /[\w"'`]$/.test(this.before))) {
			this.after = closer + this.after
			this.closed.unshift(closer)
		}
		this.before += character
	}

	/** Takes the bracket with it that was closed by itself. */
	backspace(): void {
		const character = this.before.at(-1) ?? ''
		this.before = this.before.slice(0, -1)
		if (pairs[character] === this.closed[0] && this.closed[0] && this.after.startsWith(this.closed[0])) {
			this.after = this.after.slice(1)
			this.closed.shift()
		}
	}

	private get line(): string {
		return this.before.slice(this.before.lastIndexOf('\n') + 1)
	}

	private breakLine(): void {
		const indent = /^[ \t]*/.exec(this.line)?.[0] ?? ''
		const opener = this.before.at(-1) ?? ''
		const opens = '([{'.includes(opener) && opener !== ''
		if (opens && this.after.startsWith(pairs[opener] ?? '\0')) this.after = `\n${indent}${this.after}`
		this.before += `\n${indent}${opens ? this.indent : ''}`
	}
}
