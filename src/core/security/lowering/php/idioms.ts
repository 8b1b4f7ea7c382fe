import type { Call, Expression } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import { callAt, constantAt, spanOf } from './php.ts'

/**
 * Comparisons by which PHP asks what other languages have functions for: `strpos($a, $b) === 0` is `str_starts_with($a, $b)`.
 * Undefined for all others.
 */
export function idiom(operator: string, left: Expression, right: Expression, at: CodeSpan): Expression | undefined {
	const asked = askedBy(operator, left, right, at)
	if (asked) return asked
	const mirrored = mirror[operator]
	return mirrored === undefined ? undefined : askedBy(mirrored, right, left, at)
}

const mirror: Readonly<Record<string, string>> = {
	'==': '==',
	'===': '===',
	'!=': '!=',
	'!==': '!==',
	'<': '>',
	'>': '<',
	'<=': '>=',
	'>=': '<=',
}

function askedBy(operator: string, call: Expression, other: Expression, at: CodeSpan): Expression | undefined {
	if (call.kind !== 'call' || call.callee.kind !== 'name' || call.arguments.some((it) => it.spread || it.keyword))
		return undefined
	const isEqual = operator === '===' || operator === '=='
	const value = other.kind === 'constant' ? other.value : undefined
	if (!isEqual && operator !== '!==' && operator !== '!=') return counted(operator, call, value, at)
	const [first, second] = call.arguments
	if (!first || !second) return undefined
	const begins = (beginning: Expression): Expression =>
		turned(isEqual, callAt('str_starts_with', [first.value, beginning], at), at)
	switch (call.callee.name.toLowerCase()) {
		case 'strpos':
		case 'stripos':
		case 'mb_strpos':
		case 'mb_stripos':
			// `== 0` is true of false as well, where it is not there at all.
			if (operator.length < 3 || call.arguments.length > 2) return undefined
			if (value === 0) return begins(second.value)
			if (value !== false) return undefined
			return {
				kind: 'binary',
				operator: isEqual ? 'notIn' : 'in',
				left: second.value,
				right: first.value,
				...spanOf(at),
			}
		case 'strncmp':
		case 'strncasecmp':
			return value === 0 ? begins(second.value) : undefined
		case 'substr_compare':
			return value === 0 && isZero(call.arguments[2]?.value) ? begins(second.value) : undefined
		case 'substr':
		case 'mb_substr':
			return isZero(second.value) && call.arguments.length > 2 ? begins(other) : undefined
		case 'strcmp':
			if (value !== 0) return undefined
			return {
				kind: 'binary',
				operator: isEqual ? '===' : '!==',
				left: first.value,
				right: second.value,
				...spanOf(at),
			}
		default:
			return undefined
	}
}

function isZero(it: Expression | undefined): boolean {
	return it?.kind === 'constant' && it.value === 0
}

function turned(holds: boolean, operand: Expression, at: CodeSpan): Expression {
	return holds ? operand : { kind: 'unary', operator: '!', operand, ...spanOf(at) }
}

/** `preg_match(…) > 0` */
function counted(operator: string, call: Call, value: unknown, at: CodeSpan): Expression | undefined {
	if (call.callee.kind !== 'name' || !/^preg_match$/i.test(call.callee.name)) return undefined
	const isFound = (operator === '>' && value === 0) || (operator === '>=' && value === 1)
	const isMissing = (operator === '<' && value === 1) || (operator === '<=' && value === 0)
	if (!isFound && !isMissing) return undefined
	const compared = isFound ? '===' : '!=='
	return { kind: 'binary', operator: compared, left: call, right: constantAt(1, at), ...spanOf(at) }
}
