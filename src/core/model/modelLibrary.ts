import type { CancellationToken } from '../../shared/cancellation.ts'
import type { InstalledModel, InstalledModels } from './installedModel.ts'

/** A download that was begun and is not done. */
export interface UnfinishedDownload {
	/** That the file is to have. */
	readonly path: string
	readonly url: string
	readonly doneBytes: number
	readonly totalBytes: number
}

/** The models on this machine. */
export interface ModelLibrary {
	/** Never rejects; cancelled, it resolves with what was found so far. */
	find(token: CancellationToken): Promise<InstalledModels>
	/** Downloads of Alcove that wait to go on. */
	unfinished(): Promise<readonly UnfinishedDownload[]>
	/** Removes a model that Alcove downloaded, and no other one. @throws what the file system says */
	remove(model: InstalledModel): Promise<void>
}
