import { rm } from 'node:fs/promises'
import { isAbsolute, relative } from 'node:path'
import { writtenBytes } from '../../core/model/download/pieces.ts'
import type { InstalledModel, InstalledModels } from '../../core/model/installedModel.ts'
import type { ModelLibrary, UnfinishedDownload } from '../../core/model/modelLibrary.ts'
import { splitParts } from '../../gguf/splitParts.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { readRecord, removeRecord } from './download/downloadRecord.ts'
import { readState, unfinishedPath } from './download/partFile.ts'
import { findFiles } from './findFiles.ts'
import { ModelFinder, type ModelFinderDeps } from './modelFinder.ts'

/** Models in the folders of this machine. */
export class DiskModelLibrary implements ModelLibrary {
	private readonly deps: ModelFinderDeps
	private readonly finder: ModelFinder

	constructor(deps: ModelFinderDeps) {
		this.deps = deps
		this.finder = new ModelFinder(deps)
	}

	find(token: CancellationToken): Promise<InstalledModels> {
		return this.finder.find(token)
	}

	async unfinished(): Promise<readonly UnfinishedDownload[]> {
		const found = await findFiles(this.deps.downloadFolder(), (name) => unfinishedPath(name) !== undefined)
		const downloads: UnfinishedDownload[] = []
		for (const statePath of found.paths) {
			const path = unfinishedPath(statePath)
			const state = path === undefined ? undefined : await readState(path)
			if (path === undefined || !state) continue
			downloads.push({ path, url: state.url, doneBytes: writtenBytes(state.pieces), totalBytes: state.bytes })
		}
		return downloads
	}

	async remove({ path }: InstalledModel): Promise<void> {
		const below = relative(this.deps.downloadFolder(), path)
		if (below.startsWith('..') || isAbsolute(below)) throw new Error(`${path} is not in the folder of downloads`)
		// All or nothing: what has no record is not ours, wherever it is.
		const parts = splitParts(path)
		const records = await Promise.all(parts.map(readRecord))
		if (records.includes(undefined)) throw new Error(`${path} was not downloaded by Alcove`)
		for (const part of parts) {
			await rm(part, { force: true })
			await removeRecord(part)
		}
	}
}
