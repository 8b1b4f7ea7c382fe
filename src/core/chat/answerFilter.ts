/** What models write around messages, spelled out as text; the engine keeps the real ones out. */
const marker = /<\|[a-z_]{2,30}\|>|<｜[^｜>\n]{1,30}｜>|<\/s>|<(?:start|end)_of_turn>|\[\/?INST\]|<<\/?SYS>>/
/** Begins what somebody else says: the model goes on with the user's part. */
const opening = /^(?:<\|(?:im_start|start_header_id|user|system)\|>|<start_of_turn>|<｜User｜>|\[INST\])$/
const longestMarker = 36

/**
 * Keeps special tokens that a model spells out of its answer, and ends the answer where it begins to speak for others. In code
 * they stay: somebody may have asked for them.
 */
export class AnswerFilter {
	private held = ''
	private line = ''
	private fence: string | undefined
	/** The answer has ended: nothing more comes out. */
	isOver = false

	/** @returns what can be shown; a beginning of a marker waits for its rest */
	push(text: string): string {
		if (this.isOver) return ''
		this.held += text
		let out = ''
		for (let found = marker.exec(this.held); found; found = marker.exec(this.held)) {
			out += this.pass(found.index)
			const [name] = found
			this.held = this.held.slice(name.length)
			if (this.isCode) {
				out += name
				this.line += name
			} else if (opening.test(name)) {
				this.isOver = true
				this.held = ''
				return out
			}
		}
		return out + this.pass(this.held.length - this.partLength())
	}

	/** @returns what was held back */
	end(): string {
		const rest = this.held
		this.held = ''
		return this.isOver ? '' : rest
	}

	/** Within a fence, or behind a backtick in its line. */
	private get isCode(): boolean {
		return this.fence !== undefined || this.line.includes('`')
	}

	/** Characters at the end that may become a marker. */
	private partLength(): number {
		const tail = this.held.slice(-longestMarker)
		const at = Math.max(tail.lastIndexOf('<'), tail.lastIndexOf('['))
		if (at < 0) return 0
		const part = tail.slice(at)
		const isPart = /^(?:<(?:\|[a-z_]*\|?|｜[^｜>\n]*｜?|\/s?|[a-z_]*|<\/?[SY]*>?)|\[\/?I?N?S?T?)$/.test(part)
		return isPart ? part.length + (tail[at - 1] === '<' ? 1 : 0) : 0
	}

	private pass(length: number): string {
		const text = this.held.slice(0, length)
		this.held = this.held.slice(length)
		for (const [at, part] of text.split('\n').entries()) {
			if (at > 0) this.endLine()
			this.line += part
		}
		return text
	}

	private endLine(): void {
		const [, mark, rest = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(this.line) ?? []
		if (mark !== undefined) {
			if (this.fence === undefined) this.fence = mark
			else if (mark[0] === this.fence[0] && mark.length >= this.fence.length && rest.trim() === '') {
				this.fence = undefined
			}
		}
		this.line = ''
	}
}
