import type { TokenId } from '../llama/fimPrompt.ts'
import type { Reference } from './ngramDrafter.ts'
import { NgramIndex } from './ngramIndex.ts'

/** Characters tokenized at a time: a millisecond or two, while the target computes one token. */
const pieceLength = 8_192
/** Of a longer text only the beginning is looked into. */
const mostCharacters = 1 << 18

/** A text for n-gram drafts, tokenized piece by piece. */
export class ReferenceText implements Reference {
	readonly text: string
	readonly index = new NgramIndex()
	private readonly tokenize: (text: string) => readonly TokenId[]
	private done = 0

	constructor(text: string, tokenize: (text: string) => readonly TokenId[]) {
		this.text = text
		this.tokenize = tokenize
	}

	/** Tokenizes the next piece, if there is one. */
	advance(): void {
		const end = Math.min(this.text.length, mostCharacters)
		if (this.done >= end) return
		let cut = Math.min(end, this.done + pieceLength)
		// At the end of a line, where there is one: hardly a token reaches over it.
		const newline = cut < end ? this.text.lastIndexOf('\n', cut - 1) : -1
		if (newline >= this.done) cut = newline + 1
		this.index.add(this.tokenize(this.text.slice(this.done, cut)))
		this.done = cut
	}
}
