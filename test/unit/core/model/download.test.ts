import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
	canContinue,
	type DownloadState,
	readDownloadState,
	writeDownloadState,
} from '../../../../src/core/model/download/downloadState.ts'
import { coversFile, planPieces, wholeUntil, writtenBytes } from '../../../../src/core/model/download/pieces.ts'
import { RetryPolicy, retryAfterMs } from '../../../../src/core/model/download/retryPolicy.ts'
import { TransferRate } from '../../../../src/core/model/download/transferRate.ts'

describe('pieces', () => {
	it('cover a file of any length without a gap', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 2 ** 45 }), fc.integer({ min: 1, max: 2 ** 30 }), (bytes, pieceBytes) => {
				const pieces = planPieces(bytes, pieceBytes)
				expect(coversFile(pieces, bytes)).toBe(true)
				expect(pieces.length).toBeLessThanOrEqual(4_096)
				expect(wholeUntil(pieces)).toBe(0)
			}),
		)
	})

	it('say up to where a file is whole', () => {
		const pieces = [
			{ start: 0, end: 10, done: 10 },
			{ start: 10, end: 20, done: 4 },
			{ start: 20, end: 30, done: 10 },
		]
		expect(wholeUntil(pieces)).toBe(14)
		expect(writtenBytes(pieces)).toBe(24)
		expect(wholeUntil(pieces.map((piece) => ({ ...piece, done: 10 })))).toBe(30)
	})
})

describe('the state of a download', () => {
	const state: DownloadState = {
		url: 'https://example.com/m.gguf',
		bytes: 20,
		version: '"one"',
		sha256: undefined,
		pieces: [
			{ start: 0, end: 10, done: 10 },
			{ start: 10, end: 20, done: 1 },
		],
	}

	it('is read as it was written', () => {
		expect(readDownloadState(writeDownloadState(state))).toEqual(state)
	})

	it.each([
		['no JSON', '{'],
		['no object', '[]'],
		['another format', JSON.stringify({ ...state, format: 2 })],
		['pieces with a gap', JSON.stringify({ ...state, format: 1, pieces: [{ start: 0, end: 9, done: 0 }] })],
		['more than the piece has', JSON.stringify({ ...state, format: 1, pieces: [{ start: 0, end: 20, done: 21 }] })],
		['no pieces', JSON.stringify({ ...state, format: 1, pieces: [null] })],
		['no length', JSON.stringify({ ...state, format: 1, bytes: '20' })],
		['a version that is none', JSON.stringify({ ...state, format: 1, version: 5 })],
	])('is none where it has %s', (_, text) => {
		expect(readDownloadState(text)).toBeUndefined()
	})

	it.each([
		['the same version', {}, true],
		['another version', { version: '"two"' }, false],
		['no version any more', { version: undefined }, false],
		['another length', { bytes: 21 }, false],
		['another address', { url: 'https://example.org/m.gguf' }, false],
		['a hash that was not known before', { sha256: 'a' }, true],
	])('goes on with %s: %s', (_, change, expected) => {
		const { url, bytes, version, sha256 } = state
		expect(canContinue(state, { url, bytes, version, sha256, ...change })).toBe(expected)
	})

	it('is decided by the hash where it is known', () => {
		const known = { ...state, sha256: 'a' }
		expect(canContinue(known, { ...known, version: '"two"' })).toBe(true)
		expect(canContinue(known, { ...known, sha256: 'b' })).toBe(false)
	})
})

describe('the wait before another attempt', () => {
	const serverError = { kind: 'status', status: 503 } as const

	it('doubles, and ends after a few attempts that brought nothing', () => {
		const policy = new RetryPolicy(() => 1)
		const delays = Array.from({ length: 7 }, () => policy.delayAfter(serverError, 0))
		expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, undefined, undefined])
	})

	it('begins anew when something came', () => {
		const policy = new RetryPolicy(() => 0)
		policy.delayAfter(serverError, 0)
		policy.delayAfter(serverError, 0)
		policy.progress()
		expect(policy.delayAfter(serverError, 0)).toBe(500)
	})

	it('is what the server asks for, up to a limit', () => {
		const asked = (retryAfter: string) =>
			new RetryPolicy(() => 1).delayAfter({ kind: 'status', status: 429, retryAfter }, Date.UTC(2026, 0, 1))
		expect(asked('7')).toBe(7_000)
		expect(asked('Thu, 01 Jan 2026 00:01:00 GMT')).toBe(60_000)
		expect(asked('Wed, 31 Dec 2025 00:00:00 GMT')).toBe(0)
		expect(asked('soon')).toBe(1_000)
		expect(asked('86400')).toBeUndefined()
		expect(retryAfterMs(undefined, 0)).toBeUndefined()
	})

	it.each([
		[{ kind: 'status', status: 404 }],
		[{ kind: 'status', status: 401 }],
		[{ kind: 'network', failure: 'certificate' }],
		[{ kind: 'network', failure: 'badAddress' }],
	] as const)('is none after %o', (setback) => {
		expect(new RetryPolicy(() => 1).delayAfter(setback, 0)).toBeUndefined()
	})

	it('is one after a cut connection', () => {
		expect(new RetryPolicy(() => 1).delayAfter({ kind: 'network', failure: 'cut' }, 0)).toBe(1_000)
	})
})

describe('the speed of a transfer', () => {
	it('is that of the last seconds, without what was there before', () => {
		const rate = new TransferRate(10_000)
		expect(rate.progress(4_000, 0)).toEqual({
			doneBytes: 4_000,
			totalBytes: 10_000,
			bytesPerSecond: undefined,
			secondsLeft: undefined,
		})
		expect(rate.progress(5_000, 1_000)).toMatchObject({ bytesPerSecond: 1_000, secondsLeft: 5 })
		rate.progress(5_000, 4_000)
		expect(rate.progress(5_100, 9_000)).toMatchObject({ bytesPerSecond: 20, secondsLeft: 245 })
	})
})
