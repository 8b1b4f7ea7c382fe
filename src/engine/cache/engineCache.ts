import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'
import { removeAbandoned } from './atomicFile.ts'
import { ProfileStore } from './profileStore.ts'
import { StateStore } from './stateStore.ts'

/**
 * What the engine keeps from one run to the next. Where the directory cannot be had everything works without it; one line
 * in the log says so. Nothing here rejects.
 */
export class EngineCache {
	readonly profiles: ProfileStore
	/** To be asked only where `saveStates` allows it. */
	readonly states: StateStore
	private readonly directory: string
	private readonly logger: Logger
	private readonly folders = new Map<string, Promise<string | undefined>>()
	private isReported = false
	private allowed = false

	/** @param directory absolute; made when it is first needed. Several engines may share it. */
	constructor(directory: string, logger: Logger) {
		this.directory = directory
		this.logger = logger
		this.profiles = new ProfileStore(() => this.folder('tuning'), logger)
		this.states = new StateStore(() => this.folder('states'), logger)
	}

	/** Whether KV states, which hold source text, may be kept. Not before `allowStates` said so. */
	get saveStates(): boolean {
		return this.allowed
	}

	/** Allows to keep KV states, or forbids it and deletes those that are there. */
	async allowStates(allowed: boolean): Promise<void> {
		this.allowed = allowed
		if (!allowed) await this.states.clear()
	}

	/** One of the cache's folders, for its owner only, or undefined where there can be none. */
	private folder(name: string): Promise<string | undefined> {
		const known = this.folders.get(name)
		if (known) return known
		const made = this.makeFolder(join(this.directory, name))
		this.folders.set(name, made)
		return made
	}

	private async makeFolder(path: string): Promise<string | undefined> {
		try {
			await mkdir(path, { recursive: true, mode: 0o700 })
			await removeAbandoned(path)
			return path
		} catch (error) {
			if (!this.isReported) this.logger.log('warn', 'engine.cacheUnavailable', { code: codeOf(error) ?? 'unknown' })
			this.isReported = true
			return undefined
		}
	}
}
