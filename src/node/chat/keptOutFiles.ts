import { realpath } from 'node:fs/promises'
import type { ReadableRoot } from '../../core/chat/readableFiles.ts'
import { IncludedFiles, pathIn } from '../symbols/workspaceFiles.ts'

/** Which files `.alcoveignore` keeps from being read, in the folders of a workspace. */
export class KeptOutFiles {
	private readonly roots: readonly { readonly folder: string; readonly included: IncludedFiles }[]

	constructor(roots: readonly ReadableRoot[]) {
		this.roots = roots.map(({ folder, excluded }) => ({
			folder,
			included: new IncludedFiles({ folder, name: '', excluded }),
		}))
	}

	/** @param file absolute; where it is a link, what it leads to counts too */
	async isKeptOut(file: string): Promise<boolean> {
		const real = await realpath(file).catch(() => file)
		for (const { folder, included } of this.roots) {
			for (const one of new Set([file, real])) {
				const path = pathIn({ folder, name: '', excluded: [] }, one)
				if (path !== undefined && (await included.isKeptOut(path))) return true
			}
		}
		return false
	}
}
