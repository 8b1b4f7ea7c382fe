/** Bytes that are looked at for what no text has. */
const looked = 8_000

/**
 * The text of a file without its byte order mark; undefined where it is none. What is not UTF-8 (or UTF-16 with a mark) is taken for
 * Latin-1, in which every byte is a character: code is ASCII in the main.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
	if (bytes.subarray(0, looked).includes(0)) return undefined
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
	} catch {
		return new TextDecoder('latin1').decode(bytes)
	}
}
