import type { CodeNode } from '../tree/codeNode.ts'
import type { CleanLine } from './cleanCode.ts'
import { type LineSpan, linesOf, type ShownFile } from './shownFile.ts'

const importKind = /import|include|require|^using_|use_declaration|namespace_use|package_clause/
const containerKind =
	/program|module|source_file|compilation_unit|translation_unit|namespace|class|interface|struct|enum|export|body|declaration_list|impl|^block$/
const statementKind = /declaration|assignment|statement|definition|field|const|preproc/

/** Lines that import names which are used in what is shown. */
export function importsFor(
	shown: ShownFile,
	used: ReadonlySet<string>,
	isFree: (lines: LineSpan) => boolean,
	most: number,
): readonly number[] {
	const lines: number[] = []
	for (const node of topLevel(shown.code.root)) {
		if (!isImport(shown, node)) continue
		const span = linesOf(shown, node)
		if (!isFree(span) || span.to - span.from > 4) continue
		const own = rangeOf(span)
		const names = own.flatMap((line) => [...(shown.names[line] ?? [])]).filter((name) => name !== 'require')
		if (names.length === 0 || names.some((name) => used.has(name))) lines.push(...own)
	}
	return [...new Set(lines)].slice(0, most)
}

/** Lines outside of functions that define names which are used in what is shown, such as lists of what is allowed. */
export function definitionsFor(
	shown: ShownFile,
	used: ReadonlySet<string>,
	isFree: (lines: LineSpan) => boolean,
	most: number,
): readonly number[] {
	const lines: number[] = []
	const isInFunction = new Set(shown.functions.flatMap(({ node }) => rangeOf(linesOf(shown, node))))
	for (const node of topLevel(shown.code.root)) {
		if (!statementKind.test(node.kind) || isImport(shown, node)) continue
		const span = linesOf(shown, node)
		const own = rangeOf(span)
		if (own.length > 6 || !isFree(span) || own.some((line) => isInFunction.has(line))) continue
		const names = shown.names[span.from] ?? []
		if ([...names].slice(0, 3).some((name) => used.has(name)) && lines.length + own.length <= most) lines.push(...own)
	}
	return [...new Set(lines)].sort((a, b) => a - b)
}

/** The lines of functions that are called where the path goes, those named on the path itself first. */
export function helpersFor(
	shown: ShownFile,
	onPath: ReadonlySet<string>,
	near: ReadonlySet<string>,
	isFree: (lines: LineSpan) => boolean,
	size: { readonly helpers: number },
): readonly LineSpan[] {
	const named = shown.functions.filter(({ name }) => name !== undefined && (onPath.has(name) || near.has(name)))
	const rank = (name: string | undefined) => (name !== undefined && onPath.has(name) ? 0 : 1)
	const spans = named
		.toSorted((a, b) => rank(a.name) - rank(b.name))
		.map(({ node }) => linesOf(shown, node))
		.filter(isFree)
	const chosen: LineSpan[] = []
	for (const span of spans) {
		const isInside = chosen.some(({ from, to }) => from <= span.from && span.to <= to)
		if (chosen.length < size.helpers && !isInside) chosen.push(span)
	}
	return chosen.toSorted((a, b) => a.from - b.from)
}

/** Statements of the file and of the classes in it. */
function topLevel(root: CodeNode): readonly CodeNode[] {
	return root.children.flatMap((child): readonly CodeNode[] => {
		if (!child.isNamed) return []
		return isContainer(child) ? [child, ...topLevel(child)] : [child]
	})
}

function isContainer({ kind }: CodeNode): boolean {
	return containerKind.test(kind) && !/field|property|constant|method|function|import|package|parameter/.test(kind)
}

function isImport(shown: ShownFile, node: CodeNode): boolean {
	if (importKind.test(node.kind)) return true
	const first = shown.lines[linesOf(shown, node).from]
	return /declaration|assignment|expression_statement/.test(node.kind) && first !== undefined && isRequire(first)
}

function isRequire({ parts }: CleanLine): boolean {
	return parts.some(({ text, isText }) => !isText && /\brequire\s*\(/.test(text))
}

function rangeOf({ from, to }: LineSpan): readonly number[] {
	return Array.from({ length: to - from }, (_, at) => from + at)
}
