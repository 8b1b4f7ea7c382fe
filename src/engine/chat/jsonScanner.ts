/** Where a text stands in the whole. */
export interface Span {
	/** Of the opening quotation mark, in characters. */
	readonly start: number
	/** After the closing one. */
	readonly end: number
}

/**
 * Reads valid JSON as it is written: says when it is whole, and where the value of one property of the outermost object
 * stands, if it is a text.
 */
export class JsonScanner {
	private readonly watched: string | undefined
	private length = 0
	/** Closing signs that are still to come. */
	private open = ''
	private isInString = false
	private isEscaped = false
	private stringStart = 0
	private string = ''
	private word = ''
	private key: string | undefined
	private isValue = false
	isDone = false
	/** Undefined until the value is written. */
	span: Span | undefined

	/** @param watched the property's name. */
	constructor(watched?: string) {
		this.watched = watched
	}

	push(text: string): void {
		for (const character of text) {
			if (this.isInString) this.inString(character)
			else this.outside(character)
			this.length += character.length
		}
	}

	clone(): JsonScanner {
		return Object.assign(new JsonScanner(this.watched), this)
	}

	private inString(character: string): void {
		this.string += character
		if (this.isEscaped) this.isEscaped = false
		else if (character === '\\') this.isEscaped = true
		else if (character === '"') this.endString()
	}

	private endString(): void {
		this.isInString = false
		if (this.open === '') this.isDone = true
		if (this.open !== '}') return
		if (!this.isValue) this.key = String(JSON.parse(this.string))
		else if (this.key === this.watched) this.span = { start: this.stringStart, end: this.length + 1 }
	}

	private outside(character: string): void {
		switch (character) {
			case '"':
				this.isInString = true
				this.stringStart = this.length
				this.string = character
				break
			case '{':
			case '[':
				this.open += character === '{' ? '}' : ']'
				this.isValue = false
				break
			case '}':
			case ']':
				this.open = this.open.slice(0, -1)
				this.isDone = this.open === ''
				break
			case ':':
			case ',':
				this.isValue = character === ':'
				break
			default:
				this.word += character
				// A number may always go on.
				if (this.open === '' && /^\s*(?:true|false|null)$/.test(this.word)) this.isDone = true
		}
	}
}
