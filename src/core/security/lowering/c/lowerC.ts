import type { ModuleIr, Target } from '../../ir/ir.ts'
import type { CodeNode, ParsedCode } from '../../tree/codeNode.ts'
import { classOf } from './cClasses.ts'
import { type C, spanOf } from './cContext.ts'
import { typesDeclared } from './cDeclared.ts'
import { expressionOf } from './cExpressions.ts'
import { functionOf } from './cFunctions.ts'
import { classFaults } from './cMembers.ts'
import { statementsOf } from './cStatements.ts'
import type { FileTypes } from './cTypes.ts'

/**
 * Makes the IR of a C or C++ file. A pointer is the same as what it leads to, apart from arrays and what `new` and `malloc` give: of these
 * the analysis knows how many bytes there are and how far into them a pointer leads (`@array`, `@pointer`, `@sized`, `@filled`).
 * @param headers what the headers declare that it includes
 */
export function lowerC({ text, root, cutAt }: ParsedCode, headers: readonly FileTypes[] = []): ModuleIr {
	const c: C = {
		text,
		gaps: [...cutAt],
		types: typesDeclared(text, root, headers),
		blocks: [new Map()],
		owner: undefined,
		gives: undefined,
		statics: new Set(),
		viewsOfOwn: new Map(),
		moved: new Map(),
		unlimited: new Set(),
		functionBody: undefined,
		threads: new Set(),
		uncaught: false,
		catchesNothing: false,
		asides: [],
		depth: 0,
		jumps: undefined,
		expression: (node, at) => expressionOf(c, node, at),
		statements: (nodes) => statementsOf(c, nodes),
		target: (node) => targetOf(c, node),
		functionOf: (node) => functionOf(c, node),
		classOf: (node, name) => classOf(c, node, name),
	}
	return {
		language: 'c',
		packageName: undefined,
		scoping: 'declared',
		exportsAll: true,
		declares: c.types.byValue,
		body: [...statementsOf(c, root.children), ...classFaults(c, root)],
		gaps: c.gaps,
		start: 0,
		end: text.length,
	}
}

function targetOf(c: C, node: CodeNode): Target {
	const expression = c.expression(node, node)
	switch (expression.kind) {
		case 'name':
		case 'field':
		case 'index':
		case 'unary':
			return expression
		case 'cast':
			return expression.value.kind === 'name' ? expression.value : { kind: 'name', name: '_', ...spanOf(node) }
		default:
			return { kind: 'name', name: '_', ...spanOf(node) }
	}
}
