const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** CRC-32 (IEEE) of a text of ASCII characters, as an unsigned number. */
export function crc32(text: string): number {
	let crc = 0xffffffff
	for (let at = 0; at < text.length; at++) {
		crc ^= text.charCodeAt(at) & 0xff
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
	}
	return (crc ^ 0xffffffff) >>> 0
}

/** A number with the digits 0-9, A-Z, a-z, filled with zeros in front. */
export function base62(value: number, length: number): string {
	let made = ''
	for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) made = (digits[rest % 62] ?? '') + made
	return made.padStart(length, '0')
}

/**
 * Tokens of GitHub and npm end with the CRC-32 of what stands between their prefix and it.
 * https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
export function endsWithCrc(token: string): boolean {
	const body = token.slice(token.indexOf('_') + 1)
	return base62(crc32(body.slice(0, -6)), 6) === body.slice(-6)
}

const bechDigits = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** BIP 173, as the keys of age use it. */
export function isBech32(text: string): boolean {
	const lower = text.toLowerCase()
	const at = lower.lastIndexOf('1')
	const prefix = lower.slice(0, at)
	const values = [...prefix].map((it) => it.charCodeAt(0) >> 5)
	values.push(0, ...[...prefix].map((it) => it.charCodeAt(0) & 31))
	for (const it of lower.slice(at + 1)) values.push(bechDigits.indexOf(it))
	if (values.includes(-1)) return false
	let sum = 1
	for (const value of values) {
		const top = sum >>> 25
		sum = ((sum & 0x1ffffff) << 5) ^ value
		for (const [bit, generator] of generators.entries()) if ((top >>> bit) & 1) sum ^= generator
	}
	return sum === 1
}

const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The text that stands in Base64 (also of the kind for URLs); undefined where it is none. Bytes become characters. */
export function fromBase64(text: string): string | undefined {
	let bits = 0
	let held = 0
	let made = ''
	for (const it of text
		.replaceAll('-', '+')
		.replaceAll('_', '/')
		.replace(/={1,2}$/, '')) {
		const digit = base64Digits.indexOf(it)
		if (digit < 0) return undefined
		bits = ((bits << 6) | digit) & 0xffff
		held += 6
		if (held < 8) continue
		held -= 8
		made += String.fromCharCode((bits >> held) & 0xff)
	}
	return made
}
