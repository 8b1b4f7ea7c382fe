import { boolean, constant, type Scalar, unknown, type Value } from './value.ts'

/** Pairs of constants that are still looked at one by one. */
const mostPairs = 16
const longestText = 10_000

/** The result of an operator on constants; unknown where it is not known. */
export function foldBinary(operator: string, left: Value, right: Value, language: string): Value {
	const isTest = comparisons.has(operator)
	const { constants: lefts } = left
	const { constants: rights } = right
	if (!lefts || !rights || lefts.length * rights.length > mostPairs || lefts.length === 0 || rights.length === 0)
		return isTest ? boolean : unknown
	if (holdsMore(left) || holdsMore(right)) return isTest ? boolean : unknown
	const results = new Set<Scalar>()
	for (const a of lefts) {
		for (const b of rights) {
			const result = fold(operator, a, b, language)
			if (result === undefined) return isTest ? boolean : unknown
			results.add(result)
		}
	}
	return { ...unknown, constants: [...results] }
}

/** A value that may also be an object or function is no constant. */
function holdsMore({ objects, functions, classes, paths }: Value): boolean {
	return objects.length > 0 || functions.length > 0 || classes.length > 0 || paths.length > 0
}

const comparisons = new Set([
	'==',
	'!=',
	'===',
	'!==',
	'<',
	'<=',
	'>',
	'>=',
	'in',
	'notIn',
	'is',
	'isNot',
	'instanceof',
])

function fold(operator: string, a: Scalar, b: Scalar, language: string): Scalar | undefined {
	switch (operator) {
		case '+':
			if (typeof a === 'number' && typeof b === 'number') return a + b
			return joined(a, b, language)
		case 'concat':
			return joined(a, b, 'javascript')
		case '==':
		case '===':
		case 'is':
			return operator === '===' || language !== 'javascript' ? strictOrLoose(a, b, operator) : looselyEqual(a, b)
		case '!=':
		case '!==':
		case 'isNot':
			return !strictOrLoose(a, b, operator)
		case 'in':
			return typeof a === 'string' && typeof b === 'string' ? b.includes(a) : undefined
		case 'notIn':
			return typeof a === 'string' && typeof b === 'string' ? !b.includes(a) : undefined
		default:
	}
	if (typeof a === 'string' && typeof b === 'string') return compared(operator, a, b)
	if (typeof a === 'string' && typeof b === 'number' && operator === '*' && language === 'python' && b < 100)
		return a.repeat(Math.max(0, b))
	if (typeof a !== 'number' || typeof b !== 'number') return undefined
	return calculated(operator, a, b, language) ?? compared(operator, a, b)
}

function joined(a: Scalar, b: Scalar, language: string): Scalar | undefined {
	if (typeof a !== 'string' && typeof b !== 'string') return undefined
	if (language === 'python' && (typeof a !== 'string' || typeof b !== 'string')) return undefined
	const text = `${a ?? 'null'}${b ?? 'null'}`
	return text.length > longestText ? undefined : text
}

function strictOrLoose(a: Scalar, b: Scalar, operator: string): boolean {
	return operator === '===' || operator === '!==' ? a === b : looselyEqual(a, b)
}

export function looselyEqual(a: Scalar, b: Scalar): boolean {
	if (a === b) return true
	if (typeof a === 'number' && typeof b === 'string') return b.trim() !== '' && a === Number(b)
	if (typeof a === 'string' && typeof b === 'number') return a.trim() !== '' && b === Number(a)
	return false
}

function compared(operator: string, a: string | number, b: string | number): boolean | undefined {
	switch (operator) {
		case '<':
			return a < b
		case '<=':
			return a <= b
		case '>':
			return a > b
		case '>=':
			return a >= b
		default:
			return undefined
	}
}

const integerDivision = new Set(['java', 'go', 'c', 'csharp', 'ruby'])

function calculated(operator: string, a: number, b: number, language: string): number | undefined {
	switch (operator) {
		case '-':
			return a - b
		case '*':
			return a * b
		case '/':
			if (b === 0) return undefined
			return integerDivision.has(language) && Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b
		case '//':
			return b === 0 ? undefined : Math.floor(a / b)
		case '%':
			if (b === 0) return undefined
			return language === 'python' || language === 'ruby' ? ((a % b) + b) % b : a % b
		case '**':
			return a ** b
		case '<<':
			return a << b
		case '>>':
			return a >> b
		case '>>>':
			return a >>> b
		case '&':
			return a & b
		case '|':
			return a | b
		case '^':
			return a ^ b
		default:
			return undefined
	}
}

export function foldUnary(operator: string, value: Value): Value {
	const { constants } = value
	if (!constants || holdsMore(value)) return operator === '!' ? boolean : unknown
	const results: Scalar[] = []
	for (const it of constants) {
		const result = unary(operator, it)
		if (result === undefined) return operator === '!' ? boolean : unknown
		if (!results.includes(result)) results.push(result)
	}
	return { ...unknown, constants: results }
}

function unary(operator: string, value: Scalar): Scalar | undefined {
	switch (operator) {
		case '!':
			return !value
		case '-':
			return typeof value === 'number' ? -value : undefined
		case '+':
			return typeof value === 'number' ? value : undefined
		case '~':
			return typeof value === 'number' ? ~value : undefined
		case 'typeof':
			return value === null ? undefined : typeof value
		default:
			return undefined
	}
}

/** A method of a constant text, under the names that languages have for it; undefined where it is not known. */
export function foldMethod(text: string, method: string, values: readonly Scalar[]): Value | undefined {
	const [first, second] = values
	switch (method) {
		case 'charAt':
		case 'charCodeAt': {
			if (typeof first !== 'number') return undefined
			return method === 'charAt' ? constant(text.charAt(first)) : constant(text.charCodeAt(first))
		}
		case 'toUpperCase':
		case 'upper':
		case 'upcase':
		case 'ToUpper':
			return constant(text.toUpperCase())
		case 'toLowerCase':
		case 'lower':
		case 'downcase':
		case 'ToLower':
			return constant(text.toLowerCase())
		case 'trim':
		case 'strip':
		case 'Trim':
			return values.length === 0 ? constant(text.trim()) : undefined
		case 'substring':
			if (typeof first !== 'number') return undefined
			return constant(text.substring(first, typeof second === 'number' ? second : undefined))
		case 'slice':
			if (typeof first !== 'number') return undefined
			return constant(text.slice(first, typeof second === 'number' ? second : undefined))
		case 'length':
		case 'size':
			return constant(text.length)
		case 'startsWith':
		case 'startswith':
		case 'start_with?':
			return typeof first === 'string' ? constant(text.startsWith(first)) : undefined
		case 'endsWith':
		case 'endswith':
		case 'end_with?':
			return typeof first === 'string' ? constant(text.endsWith(first)) : undefined
		case 'includes':
		case 'contains':
		case 'include?':
			return typeof first === 'string' ? constant(text.includes(first)) : undefined
		case 'indexOf':
		case 'find':
			return typeof first === 'string' ? constant(text.indexOf(first)) : undefined
		case 'equals':
		case 'equals?':
			return first !== undefined ? constant(text === first) : undefined
		case 'equalsIgnoreCase':
			return typeof first === 'string' ? constant(text.toLowerCase() === first.toLowerCase()) : undefined
		case 'isEmpty':
		case 'empty?':
			return constant(text.length === 0)
		case 'getBytes':
		case 'toCharArray':
			return constant(text)
		case 'toString':
		case 'to_s':
		case 'valueOf':
		case 'intern':
		case 'freeze':
		case 'dup':
		case 'clone':
		case 'itself':
		case 'to_str':
		case 'to_sym':
			return values.length === 0 ? constant(text) : undefined
		case 'concat':
			return values.every((it) => typeof it === 'string') ? constant(text + values.join('')) : undefined
		default:
			return undefined
	}
}
