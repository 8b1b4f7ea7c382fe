import type { Stats } from 'node:fs'
import { lstat, readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import {
	type ListedFile,
	largestFile,
	type ReadableFiles,
	type ReadableRoot,
	type ReadText,
	type Refusal,
} from '../../core/chat/readableFiles.ts'
import { isExcluded, looksSecret } from '../../core/context/excludedPaths.ts'
import { isPaged } from '../../core/documentPage.ts'
import type { PdfReader, PdfResult } from '../documents/pdfReader.ts'
import { decodeText } from '../security/decodeText.ts'
import { IncludedFiles } from '../symbols/workspaceFiles.ts'

interface Root {
	/** Absolute, as the editor has it, and without links. */
	readonly folder: string
	readonly real: string
	readonly included: IncludedFiles
}

/** The files of this machine, as far as they may be shown: by their names, the rules of the workspace, and where links lead. */
export class DiskFiles implements ReadableFiles {
	private readonly pdf: PdfReader | undefined
	private readonly roots: Promise<readonly Root[]>

	/** @param pdf absent: PDF files are no text */
	constructor(roots: readonly ReadableRoot[], pdf?: PdfReader) {
		this.pdf = pdf
		this.roots = Promise.all(roots.map(openRoot))
	}

	async refusal(file: string): Promise<Refusal | undefined> {
		const place = await this.placeOf(file)
		return 'refused' in place ? place.refused : this.ruledOut(place)
	}

	async read(file: string): Promise<ReadText> {
		const place = await this.placeOf(file)
		if ('refused' in place) return place
		const refused = await this.ruledOut(place)
		if (refused) return { refused }
		try {
			const facts = await stat(place.real)
			if (!facts.isFile()) return { refused: 'notAFile' }
			if (this.pdf && isPaged(place.real)) return pagedText(await this.pdf.read(place.real))
			if (facts.size > largestFile) return { refused: 'tooLarge' }
			const text = decodeText(await readFile(place.real))
			return text === undefined ? { refused: 'binary' } : { text }
		} catch {
			return { refused: 'missing' }
		}
	}

	async list(
		folder: string,
		limit: number,
	): Promise<{ readonly files: readonly ListedFile[]; readonly isWhole: boolean } | { readonly refused: Refusal }> {
		const facts = await lstat(folder).catch(() => undefined)
		if (!facts) return { refused: 'missing' }
		const real = await realpath(folder).catch(() => folder)
		const root = (await this.roots).find((it) => below(it.real, real) !== undefined)
		if (!root) return { refused: isInside(await this.roots, folder) ? 'link' : 'excluded' }
		const start = below(root.real, real) ?? ''
		const files: ListedFile[] = []
		for await (const path of root.included.below(start)) {
			if (files.length >= limit) return { files, isWhole: false }
			const file = join(root.folder, path)
			files.push({ file, bytes: (await sizeOf(file)) ?? 0 })
		}
		if (files.length === 0 && start !== '' && isExcluded(start)) return { refused: 'excluded' }
		return { files, isWhole: true }
	}

	/** Where a file is when links are followed. */
	private async placeOf(file: string): Promise<Place | { readonly refused: Refusal }> {
		if (!isAbsolute(file)) return { refused: 'missing' }
		if (looksSecret(file.replaceAll('\\', '/'))) return { refused: 'secret' }
		const roots = await this.roots
		const real = await realpath(file).catch(() => undefined)
		const root = roots.find((it) => real !== undefined && below(it.real, real) !== undefined)
		if (real === undefined) {
			const named = roots.find((it) => below(it.folder, file) !== undefined)
			const path = named && below(named.folder, file)
			// A link that leads nowhere is there, but a file that was never saved is not.
			if (await lstat(file).catch(() => undefined)) return { refused: 'link' }
			if (named && path !== undefined && isExcluded(path)) return { refused: 'excluded' }
			return { refused: 'missing' }
		}
		if (looksSecret(real.replaceAll('\\', '/'))) return { refused: 'secret' }
		if (!root && isInside(roots, file)) return { refused: 'link' }
		return { real, root }
	}

	private async ruledOut({ real, root }: Place): Promise<Refusal | undefined> {
		if (!root) return undefined
		const path = below(root.real, real) ?? ''
		return path !== '' && (isExcluded(path) || !(await root.included.has(path))) ? 'excluded' : undefined
	}
}

/** With the number of each page above it: what a model quotes can be found again. */
function pagedText(read: PdfResult): ReadText {
	if ('refused' in read) return read
	const { lines, pages, isCut } = read
	const texts = pages.map(
		(start, at) =>
			`[Page ${at + 1}]\n${lines
				.slice(start, pages[at + 1])
				.join('\n')
				.trim()}`,
	)
	return { text: [...texts, ...(isCut ? ['[More pages follow, which were not read.]'] : [])].join('\n\n') }
}

interface Place {
	readonly real: string
	/** Undefined: outside of the workspace. */
	readonly root: Root | undefined
}

async function openRoot({ folder, excluded }: ReadableRoot): Promise<Root> {
	const real = await realpath(folder).catch(() => folder)
	return { folder, real, included: new IncludedFiles({ folder: real, name: '', excluded }) }
}

function isInside(roots: readonly Root[], file: string): boolean {
	return roots.some(({ folder }) => below(folder, file) !== undefined)
}

/** The path of a file from a folder, with `/`; undefined where it is not below it. */
function below(folder: string, file: string): string | undefined {
	const path = relative(folder, file).replaceAll('\\', '/')
	return path === '..' || path.startsWith('../') || isAbsolute(path) ? undefined : path
}

async function sizeOf(file: string): Promise<number | undefined> {
	const facts: Stats | undefined = await stat(file).catch(() => undefined)
	return facts?.size
}
