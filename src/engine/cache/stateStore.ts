import { readdir, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import { removeQuietly, temporaryPath, writeAtomically } from './atomicFile.ts'
import { contentHash, isIntact, readEntry, type StateEntry, stateEntry } from './stateEntry.ts'
import { hashStep, tokenHashes, wholeHash } from './tokenHashes.ts'

/** Bytes of all states together. */
const mostBytes = 1 << 30
const mostStates = 256
/** A state without its entry is being saved, unless it is older than this, in milliseconds. */
const longestSave = 10 * 60_000
/** Milliseconds of a byte that is checked and read, and of one that is written and read back, until it was measured. */
const assumedLoadMs = 1 / 150_000
const assumedSaveMs = 1 / 100_000
const rateMemory = 0.5

/** A saved state that begins like a prompt. */
export interface StateMatch {
	/** Names its files. */
	readonly name: string
	readonly entry: StateEntry
	/** Tokens at its beginning that are sure to be the prompt's. */
	readonly shared: number
}

interface Known {
	readonly name: string
	readonly entry: StateEntry
	readonly usedAt: number
}

/**
 * KV states on disk: a file as llama.cpp writes it and an entry beside it, without which it is none. Several engines may
 * share the folder. Nothing here ever fails: what cannot be read is not there, what cannot be written is not kept.
 */
export class StateStore {
	private readonly folder: () => Promise<string | undefined>
	private readonly logger: Logger
	private readonly limit: number
	/** By their names; files with the same time have the same entry. */
	private readonly entries = new Map<string, { readonly time: number; readonly entry: StateEntry | undefined }>()
	private loadMsPerByte = assumedLoadMs
	private saveMsPerByte = assumedSaveMs

	/**
	 * @param folder made and ready, or undefined where there is none to be had.
	 * @param limit bytes of all states together.
	 */
	constructor(folder: () => Promise<string | undefined>, logger: Logger, limit = mostBytes) {
		this.folder = folder
		this.logger = logger
		this.limit = limit
	}

	/** Milliseconds that a state of so many bytes is expected to take. */
	expectedMs(bytes: number): { readonly load: number; readonly save: number } {
		return { load: bytes * this.loadMsPerByte, save: bytes * this.saveMsPerByte }
	}

	/** The state that begins the most like a prompt, if one begins like it at all. */
	async find(space: string, prompt: readonly number[]): Promise<StateMatch | undefined> {
		const hashes = tokenHashes(prompt)
		let best: StateMatch | undefined
		for (const { name, entry } of await this.known()) {
			if (entry.space !== space) continue
			const different = entry.hashes.findIndex((hash, i) => hash !== hashes[i])
			const shared = hashStep * (different < 0 ? entry.hashes.length : different)
			const isBetter = shared > (best?.shared ?? 0) || (shared === best?.shared && entry.bytes < best.entry.bytes)
			if (shared > 0 && isBetter) best = { name, entry, shared }
		}
		return best
	}

	/**
	 * Has a state read, if its file is what was saved; another file is removed.
	 *
	 * @param read may reject; then the state is removed, too.
	 * @returns whether it was read.
	 */
	async load({ name, entry }: StateMatch, read: (path: string) => Promise<void>): Promise<boolean> {
		const folder = await this.folder()
		if (folder === undefined) return false
		const path = join(folder, `${name}.state`)
		const start = performance.now()
		try {
			if (!(await isIntact(path, entry))) throw new Error('not what was saved')
			await read(path)
		} catch (error) {
			this.logger.log('warn', 'engine.stateRefused', { code: codeOf(error) ?? 'unknown', bytes: entry.bytes })
			await this.remove(folder, name)
			return false
		}
		const ms = performance.now() - start
		this.loadMsPerByte = this.loadMsPerByte * rateMemory + (ms / entry.bytes) * (1 - rateMemory)
		const now = new Date()
		await utimes(join(folder, `${name}.json`), now, now).catch(() => {})
		this.logger.log('info', 'engine.stateLoaded', { tokens: entry.tokens, bytes: entry.bytes, ms: Math.round(ms) })
		return true
	}

	/**
	 * Keeps the state of these tokens.
	 *
	 * @param write writes it to a file, and answers how many bytes it has.
	 */
	async save(space: string, tokens: readonly number[], write: (path: string) => Promise<number>): Promise<void> {
		const folder = await this.folder()
		if (folder === undefined) return
		const name = `${space.slice(0, 16)}-${wholeHash(tokens)}`
		const known = await this.known()
		if (known.some((other) => other.name === name)) return
		const path = join(folder, `${name}.state`)
		const draft = temporaryPath(path)
		const start = performance.now()
		try {
			// llama.cpp keeps the rights of a file that is there.
			await writeFile(draft, '', { mode: 0o600 })
			const bytes = await write(draft)
			// llama.cpp does not notice where the last of it did not fit on the disk.
			if ((await stat(draft)).size !== bytes) throw Object.assign(new Error('not written whole'), { code: 'short' })
			const hashes = tokenHashes(tokens)
			const entry = stateEntry({ space, tokens: tokens.length, bytes, sha256: await contentHash(draft), hashes })
			await rename(draft, path)
			await writeAtomically(join(folder, `${name}.json`), JSON.stringify(entry))
			const ms = performance.now() - start
			this.saveMsPerByte = this.saveMsPerByte * rateMemory + (ms / bytes) * (1 - rateMemory)
			this.logger.log('info', 'engine.stateSaved', { tokens: tokens.length, bytes, ms: Math.round(ms) })
			// What is the beginning of the new state is in it.
			for (const other of known) if (isBeginning(other.entry, entry)) await this.remove(folder, other.name)
		} catch (error) {
			this.logger.log('warn', 'engine.stateNotKept', { code: codeOf(error) ?? 'unknown', tokens: tokens.length })
			await removeQuietly(draft)
			await this.remove(folder, name)
		}
		await this.prune()
	}

	/** Deletes all states, also those of other engines. */
	async clear(): Promise<void> {
		const folder = await this.folder()
		if (folder === undefined) return
		for (const name of await readdir(folder).catch(() => [])) await removeQuietly(join(folder, name))
		this.entries.clear()
	}

	/** What is there, whoever saved it. */
	private async known(): Promise<Known[]> {
		const folder = await this.folder()
		const found: Known[] = []
		if (folder === undefined) return found
		for (const file of await readdir(folder).catch(() => [])) {
			if (!file.endsWith('.json')) continue
			const path = join(folder, file)
			const time = (await stat(path).catch(() => undefined))?.mtimeMs
			if (time === undefined) continue
			const name = file.slice(0, -'.json'.length)
			const before = this.entries.get(name)
			const entry = before?.time === time ? before.entry : await readEntry(path)
			this.entries.set(name, { time, entry })
			if (entry) found.push({ name, entry, usedAt: time })
		}
		return found
	}

	/** Removes the states that were not used for the longest time, and what belongs to none. */
	private async prune(): Promise<void> {
		const folder = await this.folder()
		if (folder === undefined) return
		const known = (await this.known()).sort((a, b) => b.usedAt - a.usedAt)
		let bytes = 0
		const kept = new Set<string>()
		for (const [i, { name, entry }] of known.entries()) {
			bytes += entry.bytes
			if (i < mostStates && bytes <= this.limit) kept.add(name)
			else await this.remove(folder, name)
		}
		for (const file of await readdir(folder).catch(() => [])) {
			if (kept.has(file.replace(/\.(state|json)$/, ''))) continue
			const found = await stat(join(folder, file)).catch(() => undefined)
			if (found && Date.now() - found.mtimeMs > longestSave) await removeQuietly(join(folder, file))
		}
	}

	/** The entry first: without it the state is none. */
	private async remove(folder: string, name: string): Promise<void> {
		this.entries.delete(name)
		await removeQuietly(join(folder, `${name}.json`))
		await removeQuietly(join(folder, `${name}.state`))
	}
}

/** Whether all of one state is in the other, as far as their hashes tell. */
function isBeginning(one: StateEntry, other: StateEntry): boolean {
	if (one.space !== other.space || one.tokens > other.tokens) return false
	// The tokens after the last hash may be others.
	const isWhole = one.tokens % hashStep < hashStep / 2
	return isWhole && one.hashes.every((hash, i) => hash === other.hashes[i])
}
