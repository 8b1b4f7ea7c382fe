import type { Expression, Statement, SwitchCase, Target } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import {
	afterStatements,
	type CsharpContext,
	inBlock,
	namedChildren,
	opaque,
	spanOf,
	temporary,
	withPlaces,
} from './csharpContext.ts'
import { closure } from './csharpFunctions.ts'
import { constantOf, patternTarget } from './csharpPatterns.ts'

type CaseHead = Pick<SwitchCase, 'values' | 'binding' | 'guard'>

export function switchStatement(cs: CsharpContext, node: CodeNode, label: string | undefined): Statement {
	const subject = cs.expression(childOf(node, 'value') ?? childOf(node, 'condition'), node)
	const body = childOf(node, 'body')
	const cases: SwitchCase[] = []
	return inBlock(cs, () => {
		for (const section of body?.children ?? []) {
			if (section.kind !== 'switch_section') continue
			const heads = sectionHeads(cs, section)
			const statements = cs.statements(section.children.filter((child) => !isHead(child)))
			for (const [at, head] of heads.entries())
				cases.push({ ...spanOf(section), ...head, body: at === heads.length - 1 ? statements : [] })
		}
		return { kind: 'switch', ...spanOf(node), subject, cases, fallsThrough: true, label }
	})
}

function isHead(node: CodeNode): boolean {
	return !node.isNamed || node.kind.endsWith('_pattern') || node.kind === 'when_clause' || node.kind === 'discard'
}

function sectionHeads(cs: CsharpContext, section: CodeNode): CaseHead[] {
	const guard = section.children.find((child) => child.kind === 'when_clause')
	const heads = section.children
		.filter((child) => child.isNamed && isHead(child) && child !== guard)
		.map((pattern) => caseHead(cs, pattern, guard))
	if (section.children.some((child) => child.kind === 'default')) heads.push(defaultHead)
	return heads.length > 0 ? heads : [defaultHead]
}

const defaultHead: CaseHead = { values: [], binding: undefined, guard: undefined }

function caseHead(cs: CsharpContext, pattern: CodeNode, guard: CodeNode | undefined): CaseHead {
	return withPlaces(cs, undefined, () => {
		const values: Expression[] = []
		let binding: Target | undefined
		if (pattern.kind === 'constant_pattern') values.push(constantOf(cs, pattern))
		else if (pattern.kind === 'or_pattern') values.push(...alternatives(cs, pattern))
		else if (pattern.kind !== 'discard') {
			binding = patternTarget(cs, pattern)
			// What a type says of the value is not known, other than `default`, which has no values.
			values.push(opaque(pattern))
		}
		const condition = guard && cs.expression(namedChildren(guard)[0], guard)
		return { values, binding, guard: condition }
	})
}

function alternatives(cs: CsharpContext, pattern: CodeNode): Expression[] {
	return namedChildren(pattern).flatMap((child) => {
		if (child.kind === 'or_pattern') return alternatives(cs, child)
		return [child.kind === 'constant_pattern' ? constantOf(cs, child) : opaque(child)]
	})
}

/** `x switch { … }`: a statement that assigns a variable. */
export function switchValue(cs: CsharpContext, node: CodeNode): Expression {
	const subject = cs.expression(namedChildren(node)[0], node)
	return afterStatements(
		cs,
		node,
		(statements) => {
			const target = temporary(cs, node, 'switch')
			const cases = node.children
				.filter((child) => child.kind === 'switch_expression_arm')
				.map((arm) => inBlock(cs, () => armCase(cs, arm, target)))
			statements.push(
				{ kind: 'declare', ...spanOf(node), target, type: undefined, initial: undefined, isHoisted: false },
				{ kind: 'switch', ...spanOf(node), subject, cases, fallsThrough: false, label: undefined },
			)
			return target
		},
		(body) => closure(node, [], body),
	)
}

function armCase(cs: CsharpContext, arm: CodeNode, target: Target): SwitchCase {
	const parts = namedChildren(arm)
	const [pattern] = parts
	const guard = parts.find((child) => child.kind === 'when_clause')
	const value = parts.length > 1 ? parts.at(-1) : undefined
	const head = pattern ? caseHead(cs, pattern, guard) : defaultHead
	const body: Statement[] = []
	const lowered = withPlaces(cs, body, () => cs.expression(value, arm))
	body.push({
		kind: 'expression',
		...spanOf(arm),
		expression: { kind: 'assign', ...spanOf(arm), target, value: lowered },
	})
	return { ...spanOf(arm), ...head, body }
}
