import type { IrLanguage } from '../ir/ir.ts'
import { isRazor } from '../lowering/csharp/razor.ts'
import { extendingFile } from './extendingFiles.ts'
import type { FolderListings } from './folderListings.ts'
import { folderOf, namespaceFolders, packageFolders } from './importCandidates.ts'
import type { LoadedFile } from './program.ts'
import { foldersAround, isRubyFolder, rubyFolders, rubyPaths, rubyRoot } from './rubyFiles.ts'

/** What a file may see without importing it, by the names of files and the words of its text; they hold until a file comes or goes. */
export interface Surroundings {
	/** Files of the same folder that may define something that is named in this one. */
	readonly beside: readonly string[]
	/** Files that Rails loads where a constant of theirs is named. */
	readonly autoloaded: readonly string[]
	/**
	 * Files of packages that are imported whole and named in this one. Of C# also others that may define what is named: their own names say
	 * less than those of Java.
	 */
	readonly inPackages: readonly { readonly module: string; readonly word: string; readonly file: string }[]
	/** Folders that were looked at. */
	readonly asked: readonly string[]
}

export const mostNeighbours = 40
/** In a folder of C# of no more files each is looked into. */
const mostBeside = 24

/** Languages whose files see each other in a folder without imports. */
const packaged: ReadonlySet<IrLanguage> = new Set(['java', 'go', 'csharp', 'php', 'ruby'])

export async function surroundingsOf(folders: FolderListings, from: LoadedFile): Promise<Surroundings> {
	const asked: string[] = []
	const isPackaged = packaged.has(from.ir.language)
	return {
		beside: isPackaged ? await besideOf(folders, from, asked) : [],
		autoloaded: from.ir.language === 'ruby' ? await autoloadedBy(folders, from) : [],
		inPackages: await ofPackages(folders, from, asked),
		asked,
	}
}

async function besideOf(folders: FolderListings, from: LoadedFile, asked: string[]): Promise<readonly string[]> {
	const folder = folderOf(from.file)
	asked.push(`${folder}/`)
	// Views name types that stand in files of C# beside them.
	const ending = isRazor(from.file) ? '.cs' : from.file.slice(from.file.lastIndexOf('.'))
	const names = (await folders.list(folder)).filter((name) => name.endsWith(ending))
	const wanted =
		from.ir.language === 'go'
			? names.length <= mostNeighbours
				? names.filter((name) => !name.endsWith('_test.go') || from.file.endsWith('_test.go'))
				: []
			: from.ir.language === 'csharp'
				? names.filter((name) => mayDefine(from, name, names.length))
				: names.filter((name) => from.text.includes(name.slice(0, -ending.length)))
	return wanted.slice(0, mostNeighbours).map((name) => (folder === '' ? name : `${folder}/${name}`))
}

/** Whether a file of C# by its name, or as one of few, may define what another one names. */
function mayDefine({ file, text }: LoadedFile, name: string, count: number): boolean {
	if (count <= mostBeside || extendingFile.test(name) || text.includes(name.slice(0, -'.cs'.length))) return true
	return file.endsWith(name.slice(0, -'.cs'.length))
}

async function autoloadedBy(folders: FolderListings, from: LoadedFile): Promise<readonly string[]> {
	const found: string[] = []
	const root = rubyRoot(from.file)
	if (root === undefined) return found
	const own = (await folders.list(`${root}app`)).filter((it) => isRubyFolder(it)).map((it) => `${root}app/${it}`)
	const places = new Set([...rubyFolders(root), ...own.slice(0, mostNeighbours), ...foldersAround(root, from.file)])
	for (const constant of rubyPaths(from.text)) {
		for (const place of places) {
			const path = `${place}/${constant}.rb`
			if (path !== from.file && (await folders.isThere(path))) found.push(path)
		}
	}
	return found
}

async function ofPackages(folders: FolderListings, from: LoadedFile, asked: string[]) {
	const { language, packageName, body } = from.ir
	const found: { readonly module: string; readonly word: string; readonly file: string }[] = []
	if (language !== 'java' && language !== 'csharp') return found
	const isJava = language === 'java'
	const ending = isJava ? '.java' : '.cs'
	const foldersOf = isJava ? packageFolders : namespaceFolders
	for (const it of body) {
		if (it.kind !== 'import' || it.names[0]?.imported !== '*') continue
		for (const folder of foldersOf({ file: from.file, packageName }, it.module)) {
			const names = (await folders.list(folder)).filter((name) => name.endsWith(ending))
			if (names.length > 0) asked.push(`${folder}/`)
			for (const name of names) {
				const word = name.slice(0, -ending.length)
				const file = folder === '' ? name : `${folder}/${name}`
				const isMeant = isJava ? from.text.includes(word) : mayDefine(from, name, names.length)
				if (file !== from.file && isMeant && found.length < mostNeighbours)
					found.push({ module: it.module, word, file })
			}
		}
	}
	return found
}
