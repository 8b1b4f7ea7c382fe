import { readFile, realpath } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { InstalledModel, InstalledModels, ModelStore } from '../../core/model/installedModel.ts'
import { splitParts } from '../../gguf/splitParts.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { readRecord } from './download/downloadRecord.ts'
import { findFiles } from './findFiles.ts'
import { findOllamaModels } from './findOllamaModels.ts'
import { ModelReader } from './modelReader.ts'
import { lmStudioMoved, type MachineFacts, storePlaces } from './storePlaces.ts'

export interface ModelFinderDeps {
	readonly machine: MachineFacts
	/** Where Alcove puts what it downloads. */
	readonly downloadFolder: () => string
	/** Those that the user named. */
	readonly folders: () => readonly string[]
}

/** A file that may be a model. */
interface Candidate {
	readonly store: ModelStore
	readonly path: string
	readonly title: string
	readonly licence?: string | undefined
}

interface Candidates {
	readonly candidates: readonly Candidate[]
	readonly isCutShort: boolean
}

/** Finds the models that are on this machine already, whoever put them there. */
export class ModelFinder {
	private readonly deps: ModelFinderDeps
	private readonly reader = new ModelReader()

	constructor(deps: ModelFinderDeps) {
		this.deps = deps
	}

	/** Never rejects; cancelled, it resolves with what was found so far. */
	async find(token: CancellationToken): Promise<InstalledModels> {
		const models: InstalledModel[] = []
		const cutShort = new Set<ModelStore>()
		const seen = new Set<string>()
		for (const place of await this.places()) {
			if (token.isCancellationRequested) break
			const { candidates, isCutShort } = await candidatesIn(place, token)
			if (isCutShort) cutShort.add(place.store)
			for (const candidate of candidates) {
				if (token.isCancellationRequested) break
				const model = await this.look(candidate, seen)
				if (model) models.push(model)
			}
		}
		return { models, cutShort: [...cutShort] }
	}

	private async places(): Promise<readonly { readonly store: ModelStore; readonly folder: string }[]> {
		const { machine } = this.deps
		const pointer = await readFile(join(machine.homeDir, '.lmstudio-home-pointer'), 'utf8').catch(() => '')
		const moved = lmStudioMoved(pointer, machine.platform)
		return [
			{ store: 'alcove', folder: this.deps.downloadFolder() },
			...storePlaces(machine),
			...(moved === undefined ? [] : [{ store: 'lmStudio', folder: moved } as const]),
			...this.deps.folders().map((folder) => ({ store: 'folder', folder }) as const),
		]
	}

	/** @param seen real paths of what is listed already: many a link leads to one file */
	private async look(
		{ store, path, title, licence }: Candidate,
		seen: Set<string>,
	): Promise<InstalledModel | undefined> {
		const real = await realpath(path).catch(() => path)
		if (seen.has(real)) return undefined
		seen.add(real)
		const read = await this.reader.read(path)
		if (!read) return undefined
		const { fileBytes } = read
		const about =
			'traits' in read.about
				? { traits: { ...read.about.traits, licence: read.about.traits.licence ?? licence } }
				: read.about
		const isRemovable = store === 'alcove' && (await readRecord(path)) !== undefined
		return { store, path, title, fileBytes, about, isRemovable }
	}
}

async function candidatesIn(
	{ store, folder }: { readonly store: ModelStore; readonly folder: string },
	token: CancellationToken,
): Promise<Candidates> {
	if (store === 'ollama') {
		const { models, isCutShort } = await findOllamaModels(folder, token)
		return { candidates: models.map((model) => ({ store, ...model })), isCutShort }
	}
	const { paths, isCutShort } = await findFiles(folder, (name) => /\.gguf$/i.test(name), token)
	// Of a model in several files the first one stands for all.
	const firsts = new Set(paths.map((path) => splitParts(path)[0] ?? path))
	return { candidates: [...firsts].map((path) => ({ store, path, title: titleOf(store, folder, path) })), isCutShort }
}

function titleOf(store: ModelStore, folder: string, path: string): string {
	const parts = relative(folder, path).split(sep)
	// `models--OWNER--NAME/snapshots/REVISION/FILE`; no owner or name has `--` in it.
	const repository = store === 'huggingFace' ? /^models--(.+?)--(.+)$/.exec(parts[0] ?? '') : null
	if (repository) return `${repository[1]}/${repository[2]}`
	if (store === 'lmStudio' && parts.length >= 3) return `${parts[0]}/${parts[1]}`
	return basename(path)
		.replace(/\.gguf$/i, '')
		.replace(/-\d{5}-of-\d{5}$/, '')
}
