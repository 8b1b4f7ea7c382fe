import { keysIn, type NameKey } from './nameKeys.ts'
import type { FileSymbols } from './symbols/fileSymbols.ts'
import type { SymbolTable } from './symbols/symbolTable.ts'

/** Files looked at, and of those the ones that count. */
const mostCompared = 60
const mostKin = 12
/** Where a folder has fewer files, those of the folders around it are compared too. */
const fewFiles = 16
/** For what of a name's key tells at once that the file does not have it. */
const slots = 2 ** 16

/** What the files that are most like one mention: the share of them that has each name, weighted by how alike they are. */
export function namesOfKin(
	own: FileSymbols,
	table: SymbolTable,
	opened: readonly string[],
	mayGoOn: () => boolean,
): ReadonlyMap<NameKey, number> {
	const { files } = table.size
	const rarity = (key: NameKey) => Math.log((files + 1) / (table.mentionedIn(key) + 0.5))
	const ownKeys = new Map<NameKey, number>()
	const mayBeOwn = new Uint8Array(slots)
	for (const key of keysIn(own.mentions)) {
		ownKeys.set(key, Math.max(0, rarity(key)) ** 2)
		mayBeOwn[key % slots] = 1
	}
	const kin: { readonly keys: Int32Array; readonly likeness: number }[] = []
	for (const path of filesToCompare(own, table, opened)) {
		if (!mayGoOn()) break
		const keys = keysIn(table.get(path)?.mentions ?? '')
		let shared = 0
		// Most names are not shared, which is seen without looking them up.
		for (const key of keys) if (mayBeOwn[key % slots] === 1) shared += ownKeys.get(key) ?? 0
		// Rare names that are shared say much, and a long file shares more by chance.
		if (shared > 0) kin.push({ keys, likeness: shared / Math.sqrt(keys.length + 20) })
	}
	kin.sort((a, b) => b.likeness - a.likeness)
	const nearest = kin.slice(0, mostKin)
	const all = nearest.reduce((sum, { likeness }) => sum + likeness, 0)
	const shares = new Map<NameKey, number>()
	for (const { keys, likeness } of nearest) {
		for (const key of keys) shares.set(key, (shares.get(key) ?? 0) + likeness / all)
	}
	return shares
}

function filesToCompare(own: FileSymbols, table: SymbolTable, opened: readonly string[]): string[] {
	const found = new Set(opened)
	const folder = folderOf(own.path)
	const beside = table.inFolder(folder)
	for (const path of beside.length > mostCompared ? likeNamed(own.path, beside) : beside) found.add(path)
	for (const path of table.neighbours(own.path)) {
		if (found.size >= mostCompared) break
		found.add(path)
	}
	if (found.size < fewFiles) for (const path of table.aroundFolder(folder)) found.add(path)
	found.delete(own.path)
	return [...found].slice(0, mostCompared)
}

/** Those first whose names have the most in common with that of a file. */
function likeNamed(path: string, others: readonly string[]): string[] {
	const words = new Set(wordsOfPath(path))
	const shared = (other: string) => wordsOfPath(other).filter((word) => words.has(word)).length
	return others
		.map((other) => ({ other, count: shared(other) }))
		.sort((a, b) => b.count - a.count)
		.map(({ other }) => other)
}

function wordsOfPath(path: string): string[] {
	return path
		.slice(path.lastIndexOf('/') + 1)
		.replace(/([a-z\d])([A-Z])/g, '$1 $2')
		.toLowerCase()
		.split(/[^a-z\d]+/)
}

function folderOf(path: string): string {
	return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
