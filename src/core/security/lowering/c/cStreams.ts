import type { Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, spanOf, textOf } from './cContext.ts'
import { typeOf } from './cNames.ts'
import { classIn } from './cTypes.ts'

const streams =
	/(?:^|[.:])(?:w?(?:cin|cout|cerr|clog)|(?:basic_)?w?[io]?(?:f|string)?stream|ostream|istream|QTextStream)$/

/** `stream << a << b` and `stream >> a >> b` are calls of the stream's operators; undefined where it is no stream. */
export function streamOf(c: C, node: CodeNode): Expression | undefined {
	const values: CodeNode[] = []
	let root: CodeNode | undefined = node
	let operator = ''
	for (let depth = 0; root?.kind === 'binary_expression' && depth < 200; depth++) {
		const written = childOf(root, 'operator')
		const right = childOf(root, 'right')
		const text = written ? textOf(c, written) : ''
		if ((text !== '<<' && text !== '>>') || (operator !== '' && text !== operator) || !right) break
		operator = text
		values.unshift(right)
		root = childOf(root, 'left')
	}
	while (root?.kind === 'parenthesized_expression') root = namedChildren(root)[0]
	if (!root || values.length === 0 || !isStream(c, root)) return undefined
	const stream = root
	const span = spanOf(node)
	const items = values.map(
		(it): Expression => ({
			kind: 'call',
			callee: { kind: 'field', object: c.expression(stream, stream), name: `operator${operator}`, ...spanOf(stream) },
			arguments: [{ value: c.expression(it, it), byReference: operator === '>>', ...spanOf(it) }],
			isNew: false,
			start: stream.start,
			end: it.end,
		}),
	)
	return { kind: 'sequence', items: [...items, c.expression(stream, stream)], ...span }
}

function isStream(c: C, node: CodeNode): boolean {
	if (streams.test(textOf(c, node).replace(/\s+/g, ''))) return true
	const type = classIn(typeOf(c, node))
	return type !== undefined && streams.test(type)
}
