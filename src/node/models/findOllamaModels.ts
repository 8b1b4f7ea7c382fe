import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ollamaBlob, ollamaTitle, readOllamaManifest } from '../../core/model/stores/ollamaManifest.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'

export interface OllamaModel {
	readonly title: string
	readonly path: string
	/** The first line of the licence that Ollama keeps with it. */
	readonly licence: string | undefined
}

const mostEntries = 5_000
/** Real ones have less than 2 kB. */
const longestManifest = 1 << 20
/** Host, namespace, name and tag; names may have slashes. */
const deepest = 6

/** The models that the manifests of a store name, in the order of their titles. What is broken is left out. Never rejects. */
export async function findOllamaModels(
	folder: string,
	token: CancellationToken,
): Promise<{ readonly models: readonly OllamaModel[]; readonly isCutShort: boolean }> {
	const models: OllamaModel[] = []
	const waiting: (readonly string[])[] = [[]]
	let entries = 0
	for (let parts = waiting.pop(); parts && !token.isCancellationRequested; parts = waiting.pop()) {
		const here = join(folder, 'manifests', ...parts)
		for (const entry of await readdir(here, { withFileTypes: true }).catch(() => [])) {
			if (++entries > mostEntries) return { models, isCutShort: true }
			const below = [...parts, entry.name]
			if (entry.isDirectory()) {
				if (below.length < deepest) waiting.push(below)
			} else {
				const model = await modelOf(folder, below)
				if (model) models.push(model)
			}
		}
	}
	return { models: models.sort((a, b) => (a.title < b.title ? -1 : 1)), isCutShort: false }
}

async function modelOf(folder: string, parts: readonly string[]): Promise<OllamaModel | undefined> {
	const path = join(folder, 'manifests', ...parts)
	const title = ollamaTitle(parts)
	const found = await stat(path).catch(() => undefined)
	if (title === undefined || !found?.isFile() || found.size > longestManifest) return undefined
	const manifest = readOllamaManifest(await readFile(path, 'utf8').catch(() => ''))
	if (!manifest) return undefined
	const blob = (digest: string) => join(folder, 'blobs', ollamaBlob(digest))
	return {
		title,
		path: blob(manifest.model),
		licence: manifest.licence === undefined ? undefined : await firstLine(blob(manifest.licence)),
	}
}

async function firstLine(path: string): Promise<string | undefined> {
	const file = await open(path, 'r').catch(() => undefined)
	if (!file) return undefined
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(400), 0, 400, 0)
		const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n')
		return lines
			.map((line) => line.trim())
			.find((line) => line !== '')
			?.slice(0, 100)
	} catch {
		return undefined
	} finally {
		await file.close()
	}
}
