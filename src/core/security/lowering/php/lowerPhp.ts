import type { ModuleIr } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, type ParsedCode } from '../../tree/codeNode.ts'
import { argumentsOf, expressionOf } from './expressions.ts'
import { classOf, functionOf } from './functions.ts'
import { dotted, type Php, scopeOf } from './php.ts'
import { statementsOf } from './statements.ts'
import { targetOf } from './targets.ts'

export function lowerPhp({ text, root, cutAt }: ParsedCode): ModuleIr {
	const gaps: CodeSpan[] = [...cutAt]
	const php: Php = {
		text,
		gaps,
		expression: expressionOf,
		statements: statementsOf,
		target: targetOf,
		functionOf,
		classOf,
		argumentsOf,
		className: undefined,
		scope: scopeOf(text, root, true),
	}
	return {
		language: 'php',
		packageName: packageOf(text, root),
		scoping: 'assigned',
		exportsAll: true,
		body: statementsOf(php, root.children),
		gaps,
		start: 0,
		end: text.length,
	}
}

/** The first namespace; files with several are rare. */
function packageOf(text: string, root: CodeNode): string | undefined {
	const namespace = root.children.find((it) => it.kind === 'namespace_definition')
	const name = namespace && childOf(namespace, 'name')
	return name && dotted(text.slice(name.start, name.end))
}
