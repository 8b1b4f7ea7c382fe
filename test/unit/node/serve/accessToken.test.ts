import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isSameToken, newToken, tokenInFile } from '../../../../src/node/serve/accessToken.ts'

const folder = mkdtempSync(join(tmpdir(), 'alcove-token-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('a token', () => {
	it('is another one each time, and long enough', () => {
		const tokens = Array.from({ length: 100 }, newToken)
		expect(new Set(tokens).size).toBe(100)
		for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/)
	})

	it('is itself and nothing else', () => {
		expect(isSameToken('abc', 'abc')).toBe(true)
		for (const other of ['', 'ab', 'abcd', 'abd', 'ABC']) expect(isSameToken(other, 'abc')).toBe(false)
	})

	it('is written for its owner alone, and found again', () => {
		const file = join(folder, 'deep', 'token')
		const first = tokenInFile(file)
		expect(first.isNew).toBe(true)
		expect(statSync(file).mode & 0o777).toBe(0o600)
		expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700)
		expect(tokenInFile(file)).toEqual({ token: first.token, isNew: false })
		expect(readFileSync(file, 'utf8')).toBe(`${first.token}\n`)
	})

	it('that others can read, or that is none, is not taken', () => {
		const file = join(folder, 'open')
		writeFileSync(file, newToken())
		chmodSync(file, 0o644)
		expect(() => tokenInFile(file)).toThrow(/can be read by others/)
		for (const text of ['', 'short', 'two words that are long enough']) {
			writeFileSync(file, text)
			chmodSync(file, 0o600)
			expect(() => tokenInFile(file)).toThrow(/holds no token/)
		}
	})
})
