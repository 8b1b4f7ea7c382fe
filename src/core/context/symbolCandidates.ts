import type { GrammarName } from '../syntax/grammarOf.ts'
import { type Candidate, CandidateSet, type Reach } from './candidateSet.ts'
import { type CursorText, type NameUse, typesOf, type WritingPlace } from './cursorText.ts'
import { keyOf, type NameKey } from './nameKeys.ts'
import type { Definition, FileSymbols, ImportedName } from './symbols/fileSymbols.ts'
import { familyOf } from './symbols/languageFamily.ts'
import type { PlacedDefinition, SymbolTable } from './symbols/symbolTable.ts'

/** A definition that a language server found for a name near the cursor, in a file of the table. */
export interface ServedPlace {
	readonly name: string
	readonly path: string
	readonly line: number
	/** It is the type of what the name stands for. */
	readonly isTypeOf: boolean
}

export interface SymbolQuestion {
	readonly table: SymbolTable
	/** The document itself, as it is now. */
	readonly own: FileSymbols
	readonly cursor: CursorText
	readonly place: WritingPlace
	readonly uses: ReadonlyMap<NameKey, NameUse>
	/** What the files that are most like this one mention, and the share of them. */
	readonly kin: ReadonlyMap<NameKey, number>
	/** What a language server found. */
	readonly served: readonly ServedPlace[]
	/** Whether there is time left. */
	readonly mayGoOn: () => boolean
}

const mostFilesOfRepository = 400
const mostMembersOf = 6
/** Before the cursor: who writes a longer one is no person. */
const longestLine = 500
/** Of modules that pass on what others have. */
const deepestModule = 2
/** A name that more files define than this is found by where it is, not by its name. */
const mostOfOneName = 8
const mostNamesOfKin = 400
const leastShareOfKin = 0.08
const classLike = new Set<Definition['kind']>(['class', 'interface', 'type', 'enum', 'module'])
const selves = new Set(['this', 'self', 'super', 'cls', 'Self', '$this', 'base', 'parent', 'static', '@'])
/** Their files see what other files define without naming it. */
const withoutImports = new Set<GrammarName>(['ruby', 'lua', 'bash', 'csharp'])
/** Of Python and Rust: what a file is called where it is imported. */
const moduleName = /([^/]+?)(?:\/__init__|\/mod)?\.(?:pyi?|rs)$/
/** Files whose imports are there for others. */
const passesOn = /(^|\/)(index\.[cm]?[jt]sx?|__init__\.py|mod\.rs|lib\.rs|[^/]*\.h(pp)?|main\.[jt]s|external\.ts)$/

/** What could be named at the cursor, of all files but the document's own. In a steady order, the likeliest sources first. */
export function symbolCandidates(question: SymbolQuestion): Candidate[] {
	const found = new CandidateSet(question.own, (name) => question.table.mentionedIn(keyOf(name)) > 1)
	const steps = [
		addServed,
		addReceiver,
		addNamedImports,
		addUsed,
		addKin,
		addBases,
		addPopular,
		addImported,
		addSignatureNames,
		addNeighbours,
		addHeaders,
		addRepository,
	]
	for (const step of steps) {
		if (!question.mayGoOn()) break
		step(question, found)
	}
	return found.all()
}

/** What a language server found: it knows where our reading of imports and types only guesses. */
function addServed({ table, place, served }: SymbolQuestion, found: CandidateSet): void {
	for (const { name, path, line, isTypeOf } of served) {
		const definition = isTypeOf ? typeAt(table, path, line) : nearestNamed(table, path, name, line)
		if (!definition) continue
		found.add(path, definition, 'named')
		if (!classLike.has(definition.kind)) continue
		const isWanted = isTypeOf && place.receiver?.replace(/^[@$]+/, '') === name
		addMembers(table, path, definition.name, 'memberOfNamed', found, isWanted ? 'ofReceiver' : undefined)
	}
}

function typeAt(table: SymbolTable, path: string, line: number): Definition | undefined {
	const around = table.get(path)?.definitions.filter(({ kind, startLine, endLine }) => {
		return classLike.has(kind) && startLine <= line && line < endLine
	})
	return around?.at(-1)
}

/** The file may have changed since the server was asked: the name is looked for where it was. */
function nearestNamed(table: SymbolTable, path: string, name: string, line: number): Definition | undefined {
	const placed = table.inFile(path, name).map(({ definition }) => definition)
	return placed.sort((a, b) => Math.abs(a.startLine - line) - Math.abs(b.startLine - line))[0]
}

/** What an import names, wherever it is from in the end. */
function addNamedImports({ table, own }: SymbolQuestion, found: CandidateSet): void {
	for (const imported of own.imports) {
		if (imported.name === undefined) continue
		const targets = table.resolve(own.path, imported).slice(0, 4)
		let placed = targets.flatMap((path) => table.exportedAs(path, imported.name ?? ''))
		// Of a package whose place in the workspace is not known: where few have that name, it is one of them.
		if (placed.length === 0) placed = rareNamed(table, own, imported.name)
		for (const { path, definition } of placed) {
			found.add(path, definition, 'named')
			if (classLike.has(definition.kind)) addMembers(table, path, imported.name, 'memberOfNamed', found)
		}
	}
}

function rareNamed(table: SymbolTable, own: FileSymbols, name: string): PlacedDefinition[] {
	const placed = table
		.named(name)
		.filter(({ path, definition }) => definition.container === undefined && isAkin(table, own, path))
	return placed.length <= 3 ? placed : []
}

function addImported({ table, own }: SymbolQuestion, found: CandidateSet): void {
	/** Headers bring the same headers, one as the other. */
	const seen = new Map<string, number>()
	for (const imported of own.imports) {
		const { name } = imported
		const targets = table.resolve(own.path, imported)
		if (name === undefined) {
			for (const path of targets) addModule(table, path, found, undefined, 0, seen)
			continue
		}
		for (const path of targets.slice(0, 4)) {
			if (table.exportedAs(path, name).length === 0) addModule(table, path, found, undefined, 0, seen)
			addFile(table, path, ['beside', 'beside'], found)
		}
	}
}

function addKin({ table, own, kin }: SymbolQuestion, found: CandidateSet): void {
	const likely = [...kin].filter(([key, share]) => share >= leastShareOfKin && table.definedIn(key) > 0)
	likely.sort((a, b) => b[1] - a[1] || a[0] - b[0])
	for (const [key] of likely.slice(0, mostNamesOfKin)) addByKey(table, own, key, found)
}

function addPopular({ table, own }: SymbolQuestion, found: CandidateSet): void {
	for (const key of table.mostMentioned()) addByKey(table, own, key, found)
}

function addByKey(table: SymbolTable, own: FileSymbols, key: NameKey, found: CandidateSet): void {
	if (table.definedIn(key) > mostOfOneName) return
	for (const { path, definition } of table.withKey(key)) {
		if (isAkin(table, own, path)) found.add(path, definition, 'repository')
	}
}

/** Whether files of their languages can name what the others define. */
function isAkin(table: SymbolTable, own: FileSymbols, path: string): boolean {
	return familyOf(table.get(path)?.grammar ?? own.grammar) === familyOf(own.grammar)
}

/** A module has what it defines and what it passes on from others. */
function addModule(
	table: SymbolTable,
	path: string,
	found: CandidateSet,
	flag?: 'ofReceiver',
	depth = 0,
	seen = new Map<string, number>(),
): void {
	const file = table.get(path)
	if (!file || (seen.get(path) ?? deepestModule + 1) <= depth) return
	seen.set(path, depth)
	for (const definition of file.definitions) {
		if (definition.container === undefined) found.add(path, definition, 'module', flag)
		else found.add(path, definition, 'memberOfModule')
	}
	if (depth >= deepestModule || !passesOn.test(path)) return
	for (const imported of file.imports) {
		for (const target of table.resolve(path, imported).slice(0, 2)) {
			if (imported.name === undefined) addModule(table, target, found, flag, depth + 1, seen)
			else
				for (const placed of table.exportedAs(target, imported.name))
					found.add(placed.path, placed.definition, 'module', flag)
		}
	}
}

function addFile(table: SymbolTable, path: string, [top, member]: readonly [Reach, Reach], found: CandidateSet): void {
	for (const definition of table.get(path)?.definitions ?? []) {
		found.add(path, definition, definition.container === undefined ? top : member)
	}
}

/** In Go and Rust the methods of a type may stand in other files of its folder. */
function addMembers(
	table: SymbolTable,
	path: string,
	type: string,
	reach: Reach,
	found: CandidateSet,
	flag?: 'ofReceiver' | 'ofBase',
): void {
	const file = table.get(path)
	const spread =
		file && (file.grammar === 'go' || file.grammar === 'rust' || file.grammar === 'csharp' || file.grammar === 'cpp')
	const paths = spread ? [path, ...table.neighbours(path).slice(0, 60)] : [path]
	for (const one of paths) {
		for (const definition of table.membersIn(one, type)) found.add(one, definition, reach, flag)
	}
}

function addReceiver({ table, own, cursor, place }: SymbolQuestion, found: CandidateSet): void {
	const { receiver } = place
	if (receiver === undefined) return
	if (selves.has(receiver)) return
	const plain = receiver.replace(/^[@$]+/, '')
	const alias = own.imports.find((imported) => imported.alias === plain)
	const modules = alias ? modulesOf(table, own, alias) : modulesByPath(table, own, cursor, plain)
	for (const path of modules) addModule(table, path, found, 'ofReceiver')
	const types = new Set([alias?.name ?? plain, ...typesOf(receiver, cursor)])
	// A field's type, a function's result: the names in the signature say it.
	for (const type of [...types].slice(0, 4)) {
		const placed = [...table.inFile(own.path, type), ...table.named(type).slice(0, 4)]
		for (const { definition } of placed) {
			if (classLike.has(definition.kind)) continue
			for (const name of typeNamesIn(definition)) types.add(name)
			// A chain goes on in the type that it is in.
			const { container } = definition
			if (container !== undefined && /\b(Self|self|this|static)\W*$/.test(definition.signature))
				types.add(container.slice(container.lastIndexOf('.') + 1))
		}
	}
	addTypes(table, [...types].slice(0, 12), found, 'ofReceiver')
}

/** The files that an imported name stands for: all that is imported, or a module of a package. */
function modulesOf(table: SymbolTable, own: FileSymbols, imported: ImportedName): readonly string[] {
	const { name } = imported
	const targets = table.resolve(own.path, imported)
	if (name === undefined) return targets
	const isModule = (path: string) => moduleName.exec(path)?.[1] === name && table.exportedAs(path, name).length === 0
	return targets.slice(0, 4).filter(isModule)
}

/** Rust names a module by its path, without an import. */
function modulesByPath(table: SymbolTable, own: FileSymbols, { lines, line, character }: CursorText, name: string) {
	if (
		own.grammar !== 'rust' ||
		!/::\s*\w*$/.test((lines[line] ?? '').slice(Math.max(0, character - longestLine), character))
	)
		return []
	const files = table.called(name).filter((path) => path.endsWith('.rs'))
	return [...files, ...table.foldersCalled(name).map((folder) => `${folder}/mod.rs`)].slice(0, mostMembersOf)
}

/** What the class around the cursor extends: its members can be named as one's own. */
function addBases({ table, own, cursor }: SymbolQuestion, found: CandidateSet): void {
	const around = own.definitions.filter(
		({ kind, startLine, endLine }) => classLike.has(kind) && startLine <= cursor.line && cursor.line < endLine,
	)
	// While a block is open its end is not known: the last class above counts too.
	const above = own.definitions.findLast(({ kind, startLine }) => classLike.has(kind) && startLine <= cursor.line)
	for (const definition of new Set(above ? [...around, above] : around)) {
		addTypes(table, typeNamesIn(definition).slice(0, 6), found, 'ofBase')
	}
}

function addTypes(
	table: SymbolTable,
	types: readonly string[],
	found: CandidateSet,
	flag: 'ofReceiver' | 'ofBase',
	depth = 0,
): void {
	for (const type of types) {
		const classes = table.named(type).filter(({ definition }) => classLike.has(definition.kind))
		// Classes of Ruby are opened again in one file after the other.
		const most = classes[0] && table.get(classes[0].path)?.grammar === 'ruby' ? classes.length : mostMembersOf
		for (const { path, definition } of classes.slice(0, most)) {
			addMembers(table, path, type, 'memberOfModule', found, depth === 0 ? flag : 'ofBase')
			found.add(path, definition, 'global')
			const bases = typeNamesIn(definition).filter((name) => name !== type)
			if (depth < 2) addTypes(table, bases.slice(0, 4), found, flag, depth + 1)
		}
	}
}

/** Names that the text has: where nothing else says how it can name them, the name itself is a hint. */
function addUsed({ table, own, uses }: SymbolQuestion, found: CandidateSet): void {
	for (const key of uses.keys()) {
		const files = table.definedIn(key)
		if (files === 0 || files > mostOfOneName) continue
		const placed = table.withKey(key).filter(({ path }) => isAkin(table, own, path))
		if (placed.length > mostOfOneName) continue
		for (const { path, definition } of placed) {
			found.add(path, definition, 'global')
			if (classLike.has(definition.kind)) addMembers(table, path, definition.name, 'global', found)
		}
	}
}

function addNeighbours({ table, own }: SymbolQuestion, found: CandidateSet): void {
	for (const path of table.neighbours(own.path).slice(0, 80))
		addFile(table, path, ['neighbour', 'memberOfNeighbour'], found)
	if (own.grammar !== 'csharp') return
	// A namespace sees those that it is in.
	const parts = own.packageName.split('.')
	for (let length = parts.length - 1; length > 0; length--) {
		const from = parts.slice(0, length).join('.')
		for (const path of table.resolve(own.path, { from, name: undefined, alias: undefined })) {
			addFile(table, path, ['neighbour', 'memberOfNeighbour'], found)
		}
	}
}

/** A header brings the headers that it includes. */
function addHeaders({ table, own }: SymbolQuestion, found: CandidateSet): void {
	if (own.grammar !== 'c' && own.grammar !== 'cpp') return
	const seen = new Set([own.path])
	let level = own.imports.flatMap((imported) => table.resolve(own.path, imported).slice(0, 2))
	for (let depth = 0; depth < 3; depth++) {
		const next: string[] = []
		for (const path of level) {
			if (seen.has(path)) continue
			seen.add(path)
			addFile(table, path, ['deep', 'deep'], found)
			for (const imported of table.get(path)?.imports ?? []) next.push(...table.resolve(path, imported).slice(0, 2))
		}
		level = next
	}
}

/** One hop further: the types that the signatures of what is imported and used name. */
function addSignatureNames({ table, uses }: SymbolQuestion, found: CandidateSet): void {
	const shown = found.all().filter(({ reach, definition, ofReceiver }) => {
		return (
			ofReceiver ||
			(uses.has(keyOf(definition.name)) && (reach === 'named' || reach === 'memberOfNamed' || reach === 'module'))
		)
	})
	for (const { definition } of shown.slice(0, 60)) {
		for (const name of typeNamesIn(definition)) {
			const placed = table.named(name).filter((other) => classLike.has(other.definition.kind))
			for (const other of placed.slice(0, 2)) {
				found.add(other.path, other.definition, 'global', 'inSignature')
				addMembers(table, other.path, name, 'global', found)
			}
		}
	}
}

function addRepository({ table, own }: SymbolQuestion, found: CandidateSet): void {
	if (!withoutImports.has(own.grammar)) return
	let count = 0
	for (const path of table.paths()) {
		if (table.get(path)?.grammar !== own.grammar) continue
		if (++count > mostFilesOfRepository) return
		addFile(table, path, ['repository', 'repository'], found)
	}
}

function typeNamesIn({ signature, name }: Definition): string[] {
	const names = signature.match(/(?<![\p{L}\p{N}_])\p{Lu}[\p{L}\p{N}_]+|(?<=\bstruct )\w+|\w+_t\b/gu) ?? []
	return [...new Set(names)].filter((other) => other !== name)
}
