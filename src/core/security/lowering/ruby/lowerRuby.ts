import type { ModuleIr } from '../../ir/ir.ts'
import type { CodeSpan, ParsedCode } from '../../tree/codeNode.ts'
import { argumentsOf } from './arguments.ts'
import { classOf } from './classes.ts'
import { expressionOf } from './expressions.ts'
import { closureOf, methodOf } from './functions.ts'
import type { Ruby } from './ruby.ts'
import { bodyOf, statementsOf } from './statements.ts'
import { targetOf } from './targets.ts'
import { templateBody } from './templates.ts'
import { heredocsIn } from './texts.ts'

export function lowerRuby(code: ParsedCode, isTemplate = false): ModuleIr {
	const { text, root, cutAt } = code
	const gaps: CodeSpan[] = [...cutAt]
	const ruby: Ruby = {
		text,
		gaps,
		heredocs: heredocsIn(root),
		isTemplate,
		expression: expressionOf,
		statements: statementsOf,
		body: bodyOf,
		target: targetOf,
		closureOf,
		methodOf,
		classOf,
		argumentsOf,
		className: undefined,
		outermost: undefined,
		isClassBody: false,
		method: undefined,
		locals: { names: new Set(), outer: undefined },
		inside: 'block',
		globals: new Set(),
	}
	return {
		language: 'ruby',
		packageName: undefined,
		scoping: 'assigned',
		exportsAll: true,
		body: isTemplate ? templateBody(statementsOf(ruby, root.children), code) : statementsOf(ruby, root.children),
		gaps,
		start: 0,
		end: text.length,
	}
}
