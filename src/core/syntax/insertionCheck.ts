import type { InsertionCheck } from './codeStructure.ts'
import { type NameRole, roleOfName } from './nameRole.ts'
import { kindOf } from './nodeKinds.ts'
import type { SyntaxNode, SyntaxTree } from './syntaxNode.ts'
import { endingsOf } from './unfinishedLine.ts'

/** A document, and what is to be put into it. */
export interface InsertionInText {
	readonly text: string
	/** UTF-16 code units; what is between them is replaced. */
	readonly start: number
	readonly end: number
	readonly inserted: string
	/** The tree of the document with another text in the place; undefined where it takes too long. Valid until the next call. */
	parseWith(inserted: string): SyntaxTree | undefined
	/** The same with nothing at all on the cursor's line. */
	parseWithoutLine(): SyntaxTree | undefined
}

const mostErrors = 200
const mostVisited = 5_000
/** Cuts that are tried, each of which has the document parsed. */
const mostCuts = 6
const mostNames = 50
/** Closing brackets that are dropped from the end of a line. */
const mostDropped = 3

/**
 * Says what becomes of a document with a text in it; undefined where parsing takes too long.
 *
 * @param errorsBefore as `leastErrorsBefore` says it of the place
 */
export function checkInsertion(
	insertion: InsertionInText,
	errorsBefore: number | undefined = leastErrorsBefore(insertion),
): InsertionCheck | undefined {
	const { inserted, start, parseWith } = insertion
	if (errorsBefore === undefined) return undefined
	const tree = parseWith(inserted)
	if (!tree) return undefined
	const errors = errorsIn(tree.rootNode)
	const open = openBrackets(tree, start, start + inserted.length)
	const names = namesIn(tree, insertion)
	if (errors <= errorsBefore) {
		return { newErrors: errors - errorsBefore, keep: inserted.length, missingClosers: '', ...names }
	}
	if (open !== '') {
		const closed = parseWith(inserted + open)
		const errorsClosed = closed && errorsIn(closed.rootNode)
		if (errorsClosed !== undefined && errorsClosed < errors && errorsClosed <= errorsBefore) {
			return { newErrors: errorsClosed - errorsBefore, keep: inserted.length, missingClosers: open, ...names }
		}
	}
	const { keep, least } = bestCut(insertion, errors, errorsBefore, open)
	return { newErrors: least - errorsBefore, keep, missingClosers: '', ...names }
}

/** The same for whatever is to be put into a place. What stands unfinished on the cursor's line is no excuse for errors that stay. */
export function leastErrorsBefore({
	parseWith,
	parseWithoutLine,
}: Pick<InsertionInText, 'parseWith' | 'parseWithoutLine'>): number | undefined {
	const bare = parseWith('')
	const errors = bare && errorsIn(bare.rootNode)
	if (!errors) return errors
	const without = parseWithoutLine()
	return without ? Math.min(errors, errorsIn(without.rootNode)) : errors
}

/** The longest beginning of whole lines that makes no error; else what there is to keep of the first line. */
function bestCut(
	insertion: InsertionInText,
	errors: number,
	errorsBefore: number,
	open: string,
): { readonly keep: number; readonly least: number } {
	const { inserted, parseWith } = insertion
	let cut = inserted.length
	for (let tried = 0; tried < mostCuts; tried++) {
		cut = inserted.lastIndexOf('\n', cut - 1)
		if (cut <= 0 || inserted.slice(0, cut).trim() === '') break
		const tree = parseWith(inserted.slice(0, cut))
		if (!tree) break
		const left = errorsIn(tree.rootNode)
		if (left <= errorsBefore) return { keep: cut, least: left }
	}
	const firstLine = /^\s*[^\n]*/.exec(inserted)?.[0] ?? inserted
	const isAlone = firstLine.length === inserted.length
	// In a document with errors of its own nobody knows which of them is whose.
	const keep = errorsBefore > 0 ? firstLine.length : bestOfLine(insertion, firstLine, isAlone ? open : undefined)
	return { keep, least: errors }
}

/**
 * How much to keep of a line that does not parse as it is: all of it where it is unfinished, less of it where it closes too much at its
 * end, nothing where it is wrong.
 */
function bestOfLine({ text, start, parseWith }: InsertionInText, line: string, open: string | undefined): number {
	const isWhole = (written: string) => {
		const tree = parseWith(written)
		return tree === undefined ? undefined : errorsIn(tree.rootNode) === 0
	}
	const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start)
	const tree = open === undefined ? parseWith(line) : undefined
	const closers = open ?? (tree ? openBrackets(tree, start, start + line.length) : '')
	for (const ending of endingsOf((before + line).split('\n').at(-1) ?? line, closers)) {
		// Where there is no time to find out, it is shown.
		if (isWhole(line + ending) !== false) return line.length
	}
	let kept = line.trimEnd()
	for (let dropped = 0; dropped < mostDropped && /[)\]}]\s*[;,]?$/.test(kept); dropped++) {
		kept = kept.replace(/[)\]}]\s*[;,]?$/, '').trimEnd()
		if (kept !== '' && isWhole(kept)) return kept.length
	}
	return 0
}

/** Errors and tokens that the parser put in, without those inside of other errors. */
export function errorsIn(root: SyntaxNode): number {
	let count = 0
	let visited = 0
	const open = [root]
	for (let node = open.pop(); node && count < mostErrors && visited < mostVisited; node = open.pop()) {
		visited++
		if (node.isError || node.isMissing) count++
		else if (node.hasError) {
			for (const child of node.children) if (child && (child.hasError || child.isMissing)) open.push(child)
		}
	}
	return count
}

const closerOf: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']', '${': '}', '#{': '}' }
const closers = new Set(Object.values(closerOf))

/** What would close the brackets that the inserted text opens and leaves open; brackets in strings and comments do not count. */
function openBrackets(tree: SyntaxTree, start: number, end: number): string {
	const open: string[] = []
	for (const leaf of leavesIn(tree, start, end)) {
		const closer = closerOf[leaf.type]
		if (closer !== undefined && !leaf.isMissing) open.push(closer)
		else if (closers.has(leaf.type) && !leaf.isMissing) open.pop()
	}
	return open.reverse().join('')
}

/** Names that the inserted text uses and that the document does not have; those to which it gives a meaning itself are none. */
function namesIn(
	tree: SyntaxTree,
	{ text, start, end, inserted }: InsertionInText,
): { readonly newNames: readonly string[]; readonly freeNames: readonly string[] } {
	const names = new Map<string, NameRole>()
	for (const leaf of leavesIn(tree, start, start + inserted.length)) {
		if (names.size >= mostNames) break
		if (!/identifier|^name$|^constant$/.test(leaf.type) || leaf.startIndex < start) continue
		const at = leaf.startIndex - start
		const name = inserted.slice(at, leaf.endIndex - start)
		if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) continue
		const role = roleOfName(leaf, `${text.slice(Math.max(0, start - 2), start)}${inserted.slice(0, at)}`.slice(-2))
		const known = names.get(name)
		if (known === undefined || role === 'introduced' || (role === 'free' && known === 'member')) names.set(name, role)
	}
	const found = [...names].filter(([name, role]) => role !== 'introduced' && !hasWord(text, name, start, end))
	return {
		newNames: found.map(([name]) => name),
		freeNames: found.filter(([, role]) => role === 'free').map(([name]) => name),
	}
}

/** Whether a name stands somewhere outside of what is replaced. */
function hasWord(text: string, name: string, start: number, end: number): boolean {
	for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
		if (at >= start && at < end) continue
		if (!isWordAt(text, at - 1) && !isWordAt(text, at + name.length)) return true
	}
	return false
}

function isWordAt(text: string, index: number): boolean {
	return /[\p{L}\p{N}_$]/u.test(text[index] ?? '')
}

/** Tokens that begin in a range, in order; those in strings and comments left out. Bounded. */
function* leavesIn(tree: SyntaxTree, start: number, end: number): Generator<SyntaxNode> {
	const open: SyntaxNode[] = [tree.rootNode.descendantForIndex(start, end) ?? tree.rootNode]
	let visited = 0
	for (let node = open.pop(); node && visited < mostVisited; node = open.pop()) {
		visited++
		if (node.endIndex <= start || node.startIndex >= end) continue
		const kind = kindOf(node)
		if (kind === 'comment') continue
		if (node.childCount === 0) {
			if (kind !== 'string' && node.startIndex >= start) yield node
			continue
		}
		for (let i = node.childCount - 1; i >= 0; i--) {
			const child = node.child(i)
			if (child) open.push(child)
		}
	}
}
