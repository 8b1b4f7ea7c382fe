/** What is wrong with a GGUF file's bytes. `message` is short and technical. */
export class GgufFormatError extends Error {
	readonly kind: 'notGguf' | 'truncated' | 'corrupt' | 'unsupported'

	constructor(kind: GgufFormatError['kind'], message: string) {
		super(message)
		this.name = 'GgufFormatError'
		this.kind = kind
	}
}
