import type { GrammarName } from '../syntax/grammarOf.ts'
import type { ContextKind } from './contextSource.ts'
import type { CursorCode } from './cursorCode.ts'
import type { Definition, ImportedName } from './symbols/fileSymbols.ts'
import type { PlacedDefinition, SymbolTable } from './symbols/symbolTable.ts'

/** A definition that the model might be shown. */
export interface Candidate extends PlacedDefinition {
	readonly kind: ContextKind
	/** How likely it is to be of use; only compared with others of one place. */
	readonly worth: number
}

/** Where something is to be written. */
export interface CandidatePlace {
	/** Of the file, relative to the workspace. */
	readonly path: string
	readonly grammar: GrammarName
	readonly imports: readonly ImportedName[]
	readonly code: CursorCode
	/** Names of the definitions around the cursor, outermost first. */
	readonly enclosing: readonly string[]
	/** Lines that the model is shown anyway. */
	readonly shown: { readonly startLine: number; readonly endLine: number }
}

/**
 * Worth by where a definition comes from. Tuned on the development half of `test/bench/recall`; see its results.
 */
const worths = {
	receiverMember: 100,
	imported: 70,
	importedMember: 30,
	moduleMember: 45,
	ownClassMember: 40,
	sibling: 25,
	neighbour: 22,
	usedName: 30,
	usedMember: 18,
} as const
/** For a name that stands in the text before the cursor; more where it stands there more often. */
const usedBonus = 14
const begunBonus = 60
const neighbourLanguages: ReadonlySet<GrammarName> = new Set([
	'go',
	'java',
	'kotlin',
	'csharp',
	'php',
	'ruby',
	'c',
	'cpp',
])
const types = /^(class|interface|enum|type|module)$/
const mostMembers = 60
const mostUsedNames = 60
const mostNeighbours = 60

/** Definitions of other files, and of this one out of sight, that may be named next. */
export function candidatesAt(table: SymbolTable, place: CandidatePlace): Candidate[] {
	const best = new Map<Definition, Candidate>()
	const offer = (kind: ContextKind, worth: number, found: readonly PlacedDefinition[]) => {
		for (const { path, definition } of found) {
			if (path === place.path && isShown(definition, place)) continue
			const bonus = bonusOf(definition, place.code)
			const known = best.get(definition)
			if (!known || known.worth < worth + bonus) best.set(definition, { path, definition, kind, worth: worth + bonus })
		}
	}
	offerReceiver(table, place, offer)
	offerImports(table, place, offer)
	offerOwnFile(table, place, offer)
	offerNeighbours(table, place, offer)
	offerUsedNames(table, place, offer)
	return [...best.values()].sort((a, b) => b.worth - a.worth || compare(a, b))
}

type Offer = (kind: ContextKind, worth: number, found: readonly PlacedDefinition[]) => void

function bonusOf({ name }: Definition, { names, begun }: CursorCode): number {
	const used = usedBonus * Math.log2(1 + (names.get(name) ?? 0))
	return begun !== '' && name.startsWith(begun) ? used + begunBonus : used
}

function isShown({ startLine }: Definition, { shown }: CandidatePlace): boolean {
	return startLine >= shown.startLine && startLine < shown.endLine
}

/** The members of what stands before the dot. */
function offerReceiver(table: SymbolTable, place: CandidatePlace, offer: Offer): void {
	const { receiver } = place.code
	if (receiver === undefined) return
	const seen = new Set<string>()
	for (const type of receiverTypes(table, place))
		offerMembers(table, place, { type, worth: worths.receiverMember, seen }, offer)
	for (const imported of place.imports.filter(({ alias }) => alias === receiver)) {
		for (const path of table.resolve(place.path, imported)) {
			offer('imported', worths.receiverMember - 5, topLevel(table, path))
		}
	}
}

/** Members of a type and of those that it is made from. */
function offerMembers(
	table: SymbolTable,
	place: CandidatePlace,
	{ type, worth, seen }: { readonly type: string; readonly worth: number; readonly seen: Set<string> },
	offer: Offer,
): void {
	if (seen.has(type) || seen.size > 12) return
	seen.add(type)
	const isOwn = place.enclosing.includes(type)
	for (const owner of ownersOf(table, type, place)) {
		offer('imported', worth, membersIn(table, owner.path, type, isOwn))
		for (const base of basesIn(owner.definition.signature)) {
			offerMembers(table, place, { type: base, worth: worth - 3, seen }, offer)
		}
	}
}

/** What the receiver may be an instance of, the likeliest first. */
function receiverTypes(table: SymbolTable, place: CandidatePlace): string[] {
	const { receiver, receiverType, receiverMaker } = place.code
	if (receiver === undefined) return []
	if (/^(this|self|cls|super|Self|@)$/.test(receiver)) return place.enclosing.toReversed()
	const made = receiverMaker === undefined ? [] : table.named(receiverMaker)
	// A field or a function of that name, whose signature names a type: `ctx.app.`, `user().`
	const members = table.named(receiver)
	const fromSignatures = [...made, ...members].slice(0, 12).flatMap(({ definition }) => typesIn(definition))
	return [...new Set([receiverType, receiver, ...fromSignatures].filter((type) => type !== undefined))]
}

/** The type of a field, what a function gives back, or the class itself. */
function typesIn({ name, kind, signature }: Definition): string[] {
	if (/^(class|interface|type|enum)$/.test(kind)) return [name]
	const at = signature.indexOf(name)
	const [before, after] = [signature.slice(0, Math.max(0, at)), signature.slice(at + name.length)]
	const result = /\)\s*(?:->|:|=>)?\s*(.*)$/.exec(after)?.[1] ?? after.replace(/^[?!]?\s*:?/, '').replace(/=.*$/, '')
	return [...`${result} ${before}`.matchAll(/\b[A-Z]\w*|\b[a-z]\w+(?=\s*\*)/g)].map(([type]) => type).slice(0, 4)
}

function offerImports(table: SymbolTable, place: CandidatePlace, offer: Offer): void {
	const isIncluding = place.grammar === 'c' || place.grammar === 'cpp'
	for (const imported of place.imports) {
		const resolved = table.resolve(place.path, imported)
		// What a header includes can be named too.
		const passedOn = isIncluding ? resolved.flatMap((path) => includedBy(table, path)) : []
		for (const path of passedOn) offer('imported', worths.moduleMember - 10, topLevel(table, path))
		for (const path of resolved) {
			const name = imported.name ?? imported.alias
			const found = name === undefined ? [] : table.exportedAs(path, name)
			offer('imported', worths.imported, found)
			for (const target of found) {
				offer('imported', worths.importedMember, membersIn(table, target.path, target.definition.name))
			}
			if (imported.name === undefined || found.length === 0)
				offer('imported', worths.moduleMember, topLevel(table, path))
		}
	}
}

function includedBy(table: SymbolTable, path: string): string[] {
	return (table.get(path)?.imports ?? []).flatMap((imported) => table.resolve(path, imported))
}

function offerOwnFile(table: SymbolTable, place: CandidatePlace, offer: Offer): void {
	const own = table.get(place.path)?.definitions ?? []
	const container = place.enclosing.at(-2)
	for (const definition of own) {
		const isMember = definition.container?.endsWith(container ?? '\0')
		offer('sibling', isMember ? worths.ownClassMember : worths.sibling, [{ path: place.path, definition }])
	}
}

function offerNeighbours(table: SymbolTable, place: CandidatePlace, offer: Offer): void {
	if (!neighbourLanguages.has(place.grammar)) return
	for (const path of table.neighbours(place.path).slice(0, mostNeighbours)) {
		if (table.get(path)?.grammar !== place.grammar) continue
		offer('definition', worths.neighbour, topLevel(table, path, true))
	}
}

/** What the names near the cursor mean, and what the types among them have. */
function offerUsedNames(table: SymbolTable, place: CandidatePlace, offer: Offer): void {
	let looked = 0
	for (const name of place.code.names.keys()) {
		if (++looked > mostUsedNames) return
		const found = table.named(name).filter(({ definition }) => definition.kind !== 'field')
		// A name that is everywhere says nothing about which one is meant.
		if (found.length === 0 || found.length > 3) continue
		offer('definition', worths.usedName, found)
		for (const { path, definition } of found) {
			if (types.test(definition.kind)) {
				offer('definition', worths.usedMember, membersIn(table, path, definition.name))
			}
		}
	}
}

function ownersOf(table: SymbolTable, name: string, { path }: CandidatePlace): PlacedDefinition[] {
	const owners = table.named(name).filter(({ definition }) => types.test(definition.kind))
	return owners.toSorted((a, b) => distance(a.path, path) - distance(b.path, path)).slice(0, 2)
}

/** Members of a class in its file, and in Go and C++ anywhere in its folder. */
function membersIn(table: SymbolTable, path: string, container: string, withPrivate = false): PlacedDefinition[] {
	const grammar = table.get(path)?.grammar
	const isSpread = grammar === 'go' || grammar === 'cpp'
	const paths = isSpread ? table.inFolder(path.slice(0, Math.max(0, path.lastIndexOf('/')))) : [path]
	const members = paths.flatMap((file) =>
		(table.get(file)?.definitions ?? [])
			.filter(({ container: own, exported }) => lastName(own) === container && (exported || withPrivate || isSpread))
			.map((definition) => ({ path: file, definition })),
	)
	return members.slice(0, mostMembers)
}

/** @param withPrivate also what only files of the same package can name */
function topLevel(table: SymbolTable, path: string, withPrivate = false): PlacedDefinition[] {
	const definitions = table.get(path)?.definitions ?? []
	return definitions
		.filter(({ container, kind, exported }) => {
			return (container === undefined || types.test(kind)) && (exported || withPrivate)
		})
		.slice(0, mostMembers)
		.map((definition) => ({ path, definition }))
}

/** The types that a class's head says it is made of. */
function basesIn(signature: string): string[] {
	const after = /(?:extends|implements|:|\(|<)\s*(.*)$/.exec(signature)?.[1] ?? ''
	return [...after.matchAll(/[A-Z]\w*/g)].map(([name]) => name).slice(0, 4)
}

function lastName(container: string | undefined): string | undefined {
	return container?.slice(container.lastIndexOf('.') + 1)
}

function distance(a: string, b: string): number {
	const [one, other] = [a.split('/'), b.split('/')]
	let same = 0
	while (same < one.length && same < other.length && one[same] === other[same]) same++
	return one.length + other.length - 2 * same
}

function compare(a: Candidate, b: Candidate): number {
	if (a.path !== b.path) return a.path < b.path ? -1 : 1
	return a.definition.startLine - b.definition.startLine
}
