import type { Argument, Expression, ObjectEntry } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { symbolBlock } from './functions.ts'
import {
	blockName,
	constantAt,
	forwardedOptions,
	isLocal,
	literalText,
	nameAt,
	plainText,
	type Ruby,
	spanOf,
	textOf,
} from './ruby.ts'

/** Arguments with their keywords; a hash at the end is the same as keywords. */
export function argumentsOf(ruby: Ruby, node: CodeNode | undefined): Argument[] {
	if (!node) return []
	const children = node.children.filter((it) => it.isNamed && it.kind !== 'heredoc_body')
	const found: Argument[] = []
	const entries: CodeNode[] = []
	const last = children.filter((it) => it.kind !== 'block_argument').at(-1)
	for (const it of children) {
		if (it.kind === 'pair' && keywordOf(ruby, it) === undefined) {
			entries.push(it)
			continue
		}
		if (it.kind === 'forward_argument') {
			found.push(...forwarded(it))
			continue
		}
		if (it.kind === 'hash' && it === last && isOptions(ruby, it))
			found.push(...namedChildren(it).map((pair) => argumentOf(ruby, pair)))
		else found.push(argumentOf(ruby, it))
	}
	const [first] = entries
	if (first) {
		const value: Expression = {
			kind: 'object',
			entries: entries.map((it) => entryOf(ruby, it)),
			start: first.start,
			end: entries.at(-1)?.end ?? first.end,
		}
		found.push({ value, ...spanOf(value) })
	}
	return found
}

function isOptions(ruby: Ruby, node: CodeNode): boolean {
	const pairs = namedChildren(node)
	return pairs.length > 0 && pairs.every((it) => keywordOf(ruby, it) !== undefined || it.kind === 'hash_splat_argument')
}

function argumentOf(ruby: Ruby, node: CodeNode): Argument {
	const span = spanOf(node)
	const [inner] = namedChildren(node)
	switch (node.kind) {
		case 'splat_argument':
			return { value: inner ? ruby.expression(ruby, inner, node) : nameAt('*', node), spread: 'list', ...span }
		case 'hash_splat_argument':
			return { value: inner ? ruby.expression(ruby, inner, node) : nameAt('**', node), spread: 'map', ...span }
		case 'block_argument':
			return { value: blockValue(ruby, inner, node), keyword: blockName, ...span }
		case 'pair': {
			const keyword = keywordOf(ruby, node)
			const value = pairValue(ruby, node)
			return keyword === undefined ? { value, ...span } : { value, keyword, ...span }
		}
		default:
			return { value: ruby.expression(ruby, node, node), ...span }
	}
}

/** `...` hands on all that `...` took: values, options and a block. */
function forwarded(node: CodeNode): Argument[] {
	const span = spanOf(node)
	return [
		{ value: nameAt('...', node), spread: 'list', ...span },
		{ value: nameAt(forwardedOptions, node), spread: 'map', ...span },
		{ value: nameAt(blockName, node), keyword: blockName, ...span },
	]
}

/** `&:name` is a block that calls the method. */
function blockValue(ruby: Ruby, node: CodeNode | undefined, at: CodeNode): Expression {
	if (!node) return nameAt(blockName, at)
	const name = node.kind === 'simple_symbol' ? plainText(ruby, node) : undefined
	return name === undefined ? ruby.expression(ruby, node, node) : symbolBlock(name, node)
}

function keywordOf(ruby: Ruby, pair: CodeNode): string | undefined {
	const key = pair.kind === 'pair' ? childOf(pair, 'key') : undefined
	if (key?.kind === 'string') return ruby.text[key.end] === ':' ? plainText(ruby, key) : undefined
	return key?.kind === 'hash_key_symbol' || key?.kind === 'simple_symbol' ? plainText(ruby, key) : undefined
}

/** `{ name: }` is the variable or method of that name. */
function pairValue(ruby: Ruby, pair: CodeNode): Expression {
	const value = childOf(pair, 'value')
	if (value) return ruby.expression(ruby, value, value)
	const key = childOf(pair, 'key')
	const name = key ? textOf(ruby, key) : ''
	if (isLocal(ruby, name)) return nameAt(name, pair)
	return { kind: 'call', callee: nameAt(name, pair), arguments: [], isNew: false, ...spanOf(pair) }
}

export function entryOf(ruby: Ruby, node: CodeNode): ObjectEntry {
	const [inner] = namedChildren(node)
	if (node.kind === 'hash_splat_argument')
		return { key: undefined, value: inner ? ruby.expression(ruby, inner, node) : nameAt('**', node), ...spanOf(node) }
	const key = childOf(node, 'key')
	const name = literalText(ruby, key)
	return {
		key: name !== undefined && key ? constantAt(name, key) : ruby.expression(ruby, key, node),
		value: pairValue(ruby, node),
		...spanOf(node),
	}
}
