import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Too short a token could be guessed. */
export const leastTokenLength = 16

/** 256 bits from the system, in letters that a header and a shell take. */
export function newToken(): string {
	return randomBytes(32).toString('base64url')
}

/** In a time that says nothing of where the two differ. */
export function isSameToken(given: string, expected: string): boolean {
	const digest = (text: string) => createHash('sha256').update(text).digest()
	return timingSafeEqual(digest(given), digest(expected))
}

/**
 * The token in a file, which is made where there is none. Only its owner may read it.
 *
 * @throws Error with a sentence for a person where the file cannot be used
 */
export function tokenInFile(file: string): { readonly token: string; readonly isNew: boolean } {
	const stats = statSync(file, { throwIfNoEntry: false })
	if (stats === undefined) return { token: writtenToken(file), isNew: true }
	// Windows has no such bits.
	if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0)
		throw new Error(`${file} can be read by others: run chmod 600 on it, or delete it to get another token`)
	const token = readFileSync(file, 'utf8').trim()
	if (token.length < leastTokenLength || /\s/.test(token))
		throw new Error(`${file} holds no token of at least ${leastTokenLength} characters`)
	return { token, isNew: false }
}

function writtenToken(file: string): string {
	const token = newToken()
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
	// Fails where another process was faster, and never follows a link that was laid meanwhile.
	writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' })
	// The mask of the process may have taken too much away, never too little.
	chmodSync(file, 0o600)
	return token
}
