import type { OutputPlace } from './template.ts'

/** Attributes that hold an address which a browser goes to. */
const addresses = /^(?:href|src|action|formaction|data|xlink:href|:href|v-bind:href)$/i
const longestName = 40

/** Where in a page of HTML the next sign stands, by the signs before it. */
export class Markup {
	private state: 'text' | 'comment' | 'tag' | 'value' | 'script' | 'style' = 'text'
	private tag = ''
	private attribute = ''
	private quote = ''
	/** Whether the value of an attribute has begun. */
	private hasBegun = false
	/** In a script: the sign that a text began with. */
	private scriptQuote = ''

	/** Goes on over a piece of the page. */
	feed(text: string): void {
		for (let at = 0; at < text.length; at++) {
			switch (this.state) {
				case 'text':
					at = this.text(text, at)
					break
				case 'comment':
					if (text.startsWith('-->', at)) this.state = 'text'
					break
				case 'tag':
					this.inTag(text[at] as string)
					break
				case 'value':
					this.value(text[at] as string)
					break
				case 'script':
					this.script(text, at)
					break
				case 'style':
					if (text.startsWith('</', at)) this.state = 'text'
					break
			}
		}
	}

	/** Something is shown here. @returns where escaping for HTML is not enough, and why; undefined where it is */
	show(): OutputPlace | undefined {
		const isFirst = this.state === 'value' && !this.hasBegun
		if (this.state === 'value') this.hasBegun = true
		if (this.state === 'script') return this.scriptQuote === '' || this.scriptQuote === '`' ? 'script' : undefined
		if (this.state !== 'value') return undefined
		if (/^on[a-z]+$/i.test(this.attribute)) return 'script'
		if (this.quote === '') return 'attribute'
		return isFirst && addresses.test(this.attribute) && !/^(?:img|audio|video|source|link)$/i.test(this.tag)
			? 'address'
			: undefined
	}

	private text(text: string, at: number): number {
		if (text[at] !== '<') return at
		if (text.startsWith('<!--', at)) {
			this.state = 'comment'
			return at + 3
		}
		const name = /^<([a-zA-Z][\w:-]{0,40})/.exec(text.slice(at, at + 44))?.[1]
		if (name === undefined) return at
		this.tag = name
		this.state = 'tag'
		this.attribute = ''
		return at + name.length
	}

	private inTag(sign: string): void {
		if (sign === '>') {
			const tag = this.tag.toLowerCase()
			this.state = tag === 'script' ? 'script' : tag === 'style' ? 'style' : 'text'
			this.scriptQuote = ''
		} else if (sign === '=') {
			this.state = 'value'
			this.quote = ''
			this.hasBegun = false
		} else if (/[\s/]/.test(sign)) this.attribute = ''
		else if (this.attribute.length < longestName) this.attribute += sign
	}

	private value(sign: string): void {
		if (this.quote !== '') {
			if (sign === this.quote) {
				this.state = 'tag'
				this.attribute = ''
			} else this.hasBegun = true
		} else if (!this.hasBegun && (sign === '"' || sign === "'")) this.quote = sign
		else if (sign === '>') {
			this.state = 'tag'
			this.inTag(sign)
		} else if (/\s/.test(sign)) {
			if (this.hasBegun) {
				this.state = 'tag'
				this.attribute = ''
			}
		} else this.hasBegun = true
	}

	private script(text: string, at: number): void {
		const sign = text[at] as string
		if (sign === '<' && /^<\/script/i.test(text.slice(at, at + 8))) this.state = 'text'
		else if (this.scriptQuote !== '') {
			// A text that a line ends was none.
			if ((sign === this.scriptQuote && text[at - 1] !== '\\') || (sign === '\n' && this.scriptQuote !== '`'))
				this.scriptQuote = ''
		} else if (sign === '"' || sign === "'" || sign === '`') this.scriptQuote = sign
	}
}
