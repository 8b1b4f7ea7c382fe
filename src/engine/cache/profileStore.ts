import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { is, parse } from 'valibot'
import { codeOf } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import { removeQuietly, writeAtomically } from './atomicFile.ts'
import { TuningProfile } from './tuningProfile.ts'

/** Milliseconds after which a machine is measured again: drivers change, and so does what runs beside us. */
const longestAge = 30 * 24 * 3_600_000
/** Bytes; far more than any profile has. */
const largest = 32 << 10
const mostProfiles = 64

/** Tuning profiles on disk. Nothing here ever fails: what cannot be read is not there, what cannot be written is not kept. */
export class ProfileStore {
	private readonly folder: () => Promise<string | undefined>
	private readonly logger: Logger

	/** @param folder made and ready, or undefined where there is none to be had. */
	constructor(folder: () => Promise<string | undefined>, logger: Logger) {
		this.folder = folder
		this.logger = logger
	}

	/** What was measured for this key, if it is whole and not too old. */
	async read(key: string): Promise<TuningProfile | undefined> {
		const path = await this.pathOf(key)
		const text = path && (await readShort(path))
		if (text === undefined) return undefined
		try {
			const profile = parse(TuningProfile, JSON.parse(text))
			const age = Date.now() - profile.measuredAt
			if (profile.key === key && age >= 0 && age < longestAge) return profile
			this.logger.log('info', 'engine.profileIgnored', { reason: profile.key === key ? 'old' : 'foreign' })
		} catch {
			this.logger.log('info', 'engine.profileIgnored', { reason: 'malformed' })
		}
		return undefined
	}

	async write(profile: TuningProfile): Promise<void> {
		const path = await this.pathOf(profile.key)
		// What would not be read again is not written: a clock that stood still, for one, measures nothing.
		if (path === undefined || !is(TuningProfile, profile)) return
		try {
			await writeAtomically(path, JSON.stringify(profile))
			await this.prune()
		} catch (error) {
			this.logger.log('warn', 'engine.profileNotKept', { code: codeOf(error) ?? 'unknown' })
		}
	}

	/** The next load measures again. */
	async forget(key: string): Promise<void> {
		const path = await this.pathOf(key)
		if (path !== undefined) await removeQuietly(path)
	}

	private async pathOf(key: string): Promise<string | undefined> {
		const folder = await this.folder()
		return folder && join(folder, `${key}.json`)
	}

	private async prune(): Promise<void> {
		const folder = await this.folder()
		if (folder === undefined) return
		const found: { path: string; time: number }[] = []
		for (const name of await readdir(folder)) {
			if (!name.endsWith('.json')) continue
			const path = join(folder, name)
			const file = await stat(path).catch(() => undefined)
			if (file) found.push({ path, time: file.mtimeMs })
		}
		found.sort((a, b) => b.time - a.time)
		for (const [i, { path, time }] of found.entries()) {
			if (i >= mostProfiles || Date.now() - time > longestAge) await removeQuietly(path)
		}
	}
}

/** The text of a small file; undefined where it is not there, no file, or not small. */
async function readShort(path: string): Promise<string | undefined> {
	try {
		const file = await open(path, 'r')
		try {
			const { size } = await file.stat()
			return size > largest ? undefined : await file.readFile('utf8')
		} finally {
			await file.close()
		}
	} catch {
		return undefined
	}
}
