import type { CallEntry } from '../../rules/ruleIndex.ts'
import { constant, constantOf, type Value } from '../value.ts'
import { type LibraryCall, lastName } from './libraryCall.ts'

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const longestText = 2_000

/** Bytes that stand in the code in Base64 or hexadecimal digits: they are as constant as the text. Undefined for all else. */
export function decodedConstant(call: LibraryCall, entries: readonly CallEntry[]): Value | undefined {
	if (!entries.some((it) => it.form === 'propagator' && it.propagator.decodes)) return undefined
	const [given] = call.values.positional
	const text = given && given.taint.length === 0 && given.objects.length === 0 ? constantOf(given) : undefined
	if (typeof text !== 'string' || text === '' || text.length > longestText) return undefined
	const isHex = /hex/i.test(lastName(call.paths)) || call.paths.some((it) => /Hex(?:Format)?\b/.test(it))
	const read = isHex
		? fromHex(text)
		: /base64|base32|decoder|decodebuffer/i.test(call.paths[0] ?? '')
			? fromBase64(text)
			: undefined
	return read === undefined ? undefined : constant(read)
}

function fromHex(text: string): string | undefined {
	if (text.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(text)) return undefined
	return text.replace(/../g, (it) => String.fromCharCode(Number.parseInt(it, 16)))
}

function fromBase64(text: string): string | undefined {
	const plain = text.replace(/-/g, '+').replace(/_/g, '/').replace(/\s|=/g, '')
	let bits = 0
	let count = 0
	let read = ''
	for (const letter of plain) {
		const digit = digits.indexOf(letter)
		if (digit < 0) return undefined
		bits = ((bits << 6) | digit) & 0xffff
		count += 6
		if (count < 8) continue
		count -= 8
		read += String.fromCharCode((bits >> count) & 0xff)
	}
	return read
}
