import type { Node, Tree } from 'web-tree-sitter'
import type { GrammarLibrary } from '../../../src/node/syntax/grammarLibrary.ts'
import { compilerOracle } from './compilerOracle.ts'
import { ctagsDefinitions, type TruePlace } from './ctagsOracle.ts'
import type { Random } from './random.ts'
import type { Repository, SourceFile } from './repository.ts'

/** A place where the next name is defined in another file of the repository. */
export interface Point {
	readonly path: string
	readonly name: string
	readonly line: number
	readonly character: number
	/** Where the name is defined: a declaration and its definition, at most three. */
	readonly truth: readonly TruePlace[]
	/** Whether what follows the cursor's line is written already. */
	readonly hasRest: boolean
}

/** Of standard libraries; what a repository calls so as well is not what is meant. */
const builtIn = new Set(
	(
		'process env Option Symbol Dictionary List Vec String Result Some None Box Arc Iterator Array Object Error Promise Map Set Hash Exception Type Func ' +
		'Action Task Event Regexp Range Integer Float Boolean Console Math Date JSON require exports module console describe assert expect test ' +
		'before after string Default size_t ssize_t uint8_t uint32_t int64_t errno stdin stdout stderr main print println format len append make copy close std core'
	).split(' '),
)
/** Members that every other type has too: their name does not tell whose they are. */
const commonMembers = new Set(
	(
		'get set add put pop push size length count items keys values key value name type copy clone close open read write run start stop next reset ' +
		'test equals hashcode tostring string format print println error errors message collect map filter find first last join split replace trim ' +
		'contains insert remove delete update clear init new create build parse load save send emit call apply bind then catch on off once each ' +
		'string respond_to? status_code empty is_a? nil? default append extend index sort reverse list dict len iter env exit wait done data body headers status code path id url into from default ' +
		'as_ref unwrap to_string is_empty with_capacity setbody isannotationpresent getname gettype getvalue event method options'
	).split(' '),
)

interface Occurrence {
	readonly name: string
	readonly index: number
	readonly line: number
	readonly character: number
}

const mostOfFile = 8
const leastLetters = 3
const imports = /import|^use_|using|preproc_include|require|namespace|package|^module$|attribute_item/
const binds =
	/parameter|declarator|pattern|short_var|range_clause|for_|^let_|var_spec|catch|lambda|closure|keyword_argument|labeled|pair$/

/** A seeded sample of all such places in a repository, not more than a few of one file. */
export async function choosePoints(
	repository: Repository,
	grammars: GrammarLibrary,
	{ count, random }: { readonly count: number; readonly random: Random },
): Promise<Point[]> {
	const truthOf = oracleOf(repository)
	const points: Point[] = []
	for (const file of shuffled([...repository.files.values()], random)) {
		if (points.length >= count) break
		const parser = await grammars.parser(file.grammar)
		const tree = parser.parse(file.text)
		if (tree) points.push(...pointsOf(file, tree, { truthOf, random }))
		tree?.delete()
		parser.delete()
	}
	return points.slice(0, count)
}

type Truth = (file: SourceFile, occurrence: Occurrence) => readonly TruePlace[]

function pointsOf(
	file: SourceFile,
	tree: Tree,
	{ truthOf, random }: { readonly truthOf: Truth; readonly random: Random },
): Point[] {
	const { names, bound } = namesIn(tree)
	const points: Point[] = []
	for (const occurrence of shuffled(names, random)) {
		if (points.length >= mostOfFile) break
		const { name, line, character } = occurrence
		if (name.length < leastLetters || bound.has(name)) continue
		const truth = truthOf(file, occurrence)
		if (truth.length === 0) continue
		points.push({ path: file.path, name, line, character, truth, hasRest: random() < 0.5 })
	}
	return points
}

/** Names in code, without those of imports; and those that the file binds itself. */
function namesIn(tree: Tree): { readonly names: Occurrence[]; readonly bound: ReadonlySet<string> } {
	const names: Occurrence[] = []
	const bound = new Set<string>()
	const visit = (node: Node, depth: number): void => {
		if (depth > 400 || (imports.test(node.type) && node.type !== 'module' && node.type !== 'namespace_declaration'))
			return
		if (node.childCount === 0) {
			if (!/identifier$|^constant$|^name$/.test(node.type)) return
			const { text: name, startIndex: index, startPosition: at, parent } = node
			if (parent && /^(mod_item|namespace_declaration|file_scoped_namespace_declaration)$/.test(parent.type)) return
			const isLeft = /assignment/.test(parent?.type ?? '') && parent?.childForFieldName('left')?.id === node.id
			if (parent && (binds.test(parent.type) || isLeft) && parent.childForFieldName('value')?.id !== node.id)
				bound.add(name)
			names.push({ name, index, line: at.row, character: at.column })
			return
		}
		for (const child of node.children) if (child) visit(child, depth + 1)
	}
	visit(tree.rootNode, 0)
	return { names, bound }
}

function oracleOf(repository: Repository): Truth {
	const scripts = /^(typescript|tsx|javascript)$/
	const hasScripts = [...repository.files.values()].filter(({ grammar }) => scripts.test(grammar)).length > 20
	const resolve = hasScripts ? compilerOracle(repository) : undefined
	const definitions = ctagsDefinitions(repository)
	// `process` and `Option` are no names of a repository, even where something in it is called so.
	return (file, { name, index }) => {
		if (builtIn.has(name)) return []
		if (scripts.test(file.grammar)) {
			const places = resolve?.(file.path, index) ?? []
			const isElsewhere = places.every(({ path }) => path !== file.path && repository.files.has(path))
			return isElsewhere && places.length <= 3 ? places : []
		}
		const before = file.text.slice(Math.max(0, index - 40), index)
		if (/\$$/.test(before) || (/(\.|->|::)\s*$/.test(before) && commonMembers.has(name.toLowerCase()))) return []
		const family = familyOf(file.grammar)
		const places = (definitions.get(name) ?? []).filter(
			({ path }) => familyOf(repository.files.get(path)?.grammar ?? '') === family,
		)
		const isElsewhere = places.every(({ path }) => path !== file.path)
		return isElsewhere && places.length <= 3 ? places : []
	}
}

function familyOf(grammar: string): string {
	return grammar === 'cpp' ? 'c' : grammar
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
	const all = [...items]
	for (let at = all.length - 1; at > 0; at--) {
		const other = Math.floor(random() * (at + 1))
		const [a, b] = [all[at], all[other]] as [T, T]
		all[at] = b
		all[other] = a
	}
	return all
}
