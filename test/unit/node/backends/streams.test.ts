import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLines, serverSentData } from '../../../../src/node/backends/eventStream.ts'
import { LineTooLongError, linesOf } from '../../../../src/node/backends/lines.ts'

/** Cuts bytes into pieces of these lengths, one after the other and again from the first. */
async function* pieces(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
	let at = 0
	for (let index = 0; at < bytes.length; index++) {
		const length = lengths[index % lengths.length] ?? 1
		yield bytes.subarray(at, at + length)
		at += length
	}
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
	const result: T[] = []
	for await (const value of values) result.push(value)
	return result
}

const of = (text: string, lengths: readonly number[] = [1]) => pieces(Buffer.from(text), lengths)
const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
const words = fc.array(fc.constantFrom('a', 'ü', '你', '😀', ' ', ':', 'data', '{', '"'), { maxLength: 8 })
const line = words.map((letters) => letters.join(''))

describe('lines', () => {
	it('are the same wherever the pieces end', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(line, { maxLength: 8 }),
				fc.constantFrom('\n', '\r', '\r\n'),
				cuts,
				async (given, end, lengths) => {
					const text = given.map((one) => one + end).join('')
					expect(await all(linesOf(of(text, lengths)))).toEqual(given)
				},
			),
		)
	})

	it('need no end, and there may be none', async () => {
		expect(await all(linesOf(of('a\nb')))).toEqual(['a', 'b'])
		expect(await all(linesOf(of('')))).toEqual([])
		expect(await all(linesOf(of('\n\r\n\r')))).toEqual(['', '', ''])
	})

	it('of bytes that are no text have a mark in their place, and the rest stands', async () => {
		const bytes = Buffer.from([0x61, 0xff, 0xe4, 0xbd, 0x0a, 0x62])
		expect(await all(linesOf(pieces(bytes, [1])))).toEqual(['a\uFFFD\uFFFD', 'b'])
	})

	it('that have no end are given up', async () => {
		await expect(all(linesOf(of('abcdef\n'.repeat(2), [3]), 5))).rejects.toBeInstanceOf(LineTooLongError)
		expect(await all(linesOf(of('abc\n'.repeat(3), [3]), 5))).toEqual(['abc', 'abc', 'abc'])
	})
})

describe('server-sent events', () => {
	it('are the same wherever the pieces end', async () => {
		const given = fc.array(
			line.map((text) => text || 'x'),
			{ maxLength: 6 },
		)
		await fc.assert(
			fc.asyncProperty(given, fc.constantFrom('\n', '\r\n'), cuts, async (data, end, lengths) => {
				const text = data.map((one) => `data: ${one}${end}${end}`).join('')
				expect(await all(serverSentData(of(text, lengths)))).toEqual(data)
			}),
		)
	})

	it('are what the standard says', async () => {
		const text =
			'\uFEFF: comment\n\nevent: x\nid: 1\ndata: one\ndata:two\ndata:  three\ndata\n\ndatax: no\nretry: 3\n\ndata: cut off'
		expect(await all(serverSentData(of(text)))).toEqual(['one\ntwo\n three\n'])
	})
})

it('JSON lines leave out empty ones', async () => {
	expect(await all(jsonLines(of('{"a":1}\n\n  \n{"b":2}')))).toEqual(['{"a":1}', '{"b":2}'])
})
