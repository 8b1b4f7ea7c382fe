import type { Element, Expression, ModuleIr, Statement, Target } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, namedChildren, type ParsedCode } from '../../tree/codeNode.ts'
import { contextOf } from './lowerScript.ts'
import type { PageCode, PageElement, PageLoop } from './pages.ts'
import { type ScriptContext, spanOf } from './scriptContext.ts'
import { constantAt } from './scriptLiterals.ts'
import { namesIn, targetNames } from './scriptNames.ts'
import { shapesOf } from './scriptTypes.ts'

/** Makes the IR of a page or component: first its scripts, then its template, in which their variables are known. */
export function lowerPage(code: ParsedCode, { parts }: PageCode): ModuleIr {
	const script = contextOf(code)
	const pieces = new Map<number, CodeNode>()
	const starts = new Set(parts.flatMap(expressionsOf))
	const own = namedChildren(code.root).filter((it) => {
		const inner = it.kind === 'expression_statement' ? namedChildren(it)[0] : undefined
		if (inner?.kind !== 'parenthesized_expression' || !starts.has(inner.start)) return it.kind !== 'empty_statement'
		pieces.set(inner.start, inner)
		return false
	})
	const body = script.statements(own)
	return {
		...spanOf(code.root),
		language: 'javascript',
		packageName: undefined,
		scoping: 'declared',
		exportsAll: false,
		body: [
			...shapesOf(script),
			...script.exportsAtStart,
			...reactiveNames(body),
			...body,
			...templateOf(script, parts, pieces, refsIn(body)),
			...script.exportsAtEnd,
		],
		gaps: [...script.gaps, ...code.cutAt],
	}
}

/** `$: name = value` of Svelte declares the name, where nothing else does. */
function reactiveNames(body: readonly Statement[]): readonly Statement[] {
	const known = new Set(namesIn(body))
	return body.flatMap((it) => {
		const [only] = it.kind === 'block' && it.label === '$' ? it.body : []
		if (only?.kind !== 'expression' || only.expression.kind !== 'assign') return []
		const { target } = only.expression
		return targetNames(target).flatMap((name): Statement[] => {
			if (known.has(name)) return []
			known.add(name)
			const at = spanOf(target)
			const declared = { kind: 'name', ...at, name } as const
			return [{ kind: 'declare', ...at, target: declared, type: undefined, initial: undefined, isHoisted: false }]
		})
	})
}

function expressionsOf(part: PageCode['parts'][number]): readonly number[] {
	switch (part.kind) {
		case 'element':
			return part.attributes.flatMap(({ value }) => (typeof value === 'object' ? [value.start] : []))
		case 'loop':
			return [part.iterable.start]
		case 'constant':
			return [part.value.start]
		default:
			return []
	}
}

function templateOf(
	script: ScriptContext,
	parts: PageCode['parts'],
	pieces: ReadonlyMap<number, CodeNode>,
	refs: ReadonlySet<string>,
): readonly Statement[] {
	const outermost: Statement[] = []
	const around: Statement[][] = [outermost]
	const expression = (at: CodeSpan): Expression => {
		const node = pieces.get(at.start)
		return node
			? unwrapped(script.expression(node, node), refs)
			: { kind: 'opaque', parts: [], start: at.start, end: at.end }
	}
	for (const part of parts) {
		const into = around.at(-1) as Statement[]
		switch (part.kind) {
			case 'element':
				into.push({ kind: 'expression', ...spanOf(part), expression: elementOf(part, expression) })
				break
			case 'constant':
				into.push({
					kind: 'declare',
					...spanOf(part),
					target: { kind: 'name', name: part.name, ...spanOf(part) },
					type: undefined,
					initial: expression(part.value),
					isHoisted: false,
				})
				break
			case 'loop': {
				const body: Statement[] = []
				into.push({
					kind: 'forEach',
					...spanOf(part),
					target: itemOf(part),
					key: part.key === undefined ? undefined : { kind: 'name', name: part.key, ...spanOf(part) },
					declares: true,
					iterable: expression(part.iterable),
					body,
					label: undefined,
					otherwise: [],
				})
				// Loops that are nested deeper than anybody writes them are as good as one.
				around.push(around.length < deepest ? body : into)
				break
			}
			case 'loopEnd':
				if (around.length > 1) around.pop()
		}
	}
	return outermost
}

/** Variables that hold a reference of Vue: its template reads their `value`. */
function refsIn(body: readonly Statement[]): ReadonlySet<string> {
	const names = new Set<string>()
	for (const it of body) {
		if (it.kind !== 'declare' || it.target.kind !== 'name' || it.initial?.kind !== 'call') continue
		const { callee } = it.initial
		if (callee.kind === 'name' && referring.test(callee.name)) names.add(it.target.name)
	}
	return names
}

const referring = /^(?:ref|shallowRef|customRef|toRef|computed)$/

function unwrapped<T>(node: T, refs: ReadonlySet<string>): T {
	if (refs.size === 0 || typeof node !== 'object' || node === null) return node
	if (Array.isArray(node)) return node.map((it) => unwrapped(it, refs)) as T
	const { kind, name, start, end } = node as Readonly<Record<string, unknown>>
	if (kind === 'name' && refs.has(name as string))
		return { kind: 'field', object: node, name: 'value', start, end } as T
	return Object.fromEntries(Object.entries(node).map(([key, it]) => [key, unwrapped(it, refs)])) as T
}

const deepest = 30

function itemOf(loop: PageLoop): Target | undefined {
	const [first] = loop.item
	if (!first) return undefined
	const nameAt = (name: string, at: CodeSpan): Target => ({ kind: 'name', name, ...spanOf(at) })
	if (first.field === undefined) return nameAt(first.name, first.at)
	return {
		kind: 'objectPattern',
		...spanOf(loop),
		entries: loop.item.map(({ name, field, at }) => ({
			key: constantAt(at, field ?? name),
			target: nameAt(name, at),
			...spanOf(at),
		})),
	}
}

function elementOf(part: PageElement, expression: (at: CodeSpan) => Expression): Element {
	return {
		kind: 'element',
		...spanOf(part),
		tag: constantAt({ start: part.start, end: part.start + part.tag.length + 1 }, part.tag),
		attributes: part.attributes.map(({ name, value, at }) => ({
			name,
			value: typeof value === 'object' ? expression(value) : constantAt(at, value),
		})),
		children: [],
	}
}
