import type { Argument, Expression, ListItem, ObjectEntry } from '../../ir/ir.ts'
import { type CodeNode, type CodeSpan, childOf, childOfKind, namedChildren } from '../../tree/codeNode.ts'
import { callOf, instanceOf } from './calls.ts'
import { assignNamed, namedVariable } from './dynamic.ts'
import { idiom } from './idioms.ts'
import { matchOf } from './match.ts'
import { callAt, constantAt, dotted, nameAt, opaque, type Php, spanOf, textOf } from './php.ts'
import { partsOf, textValue } from './texts.ts'

export function expressionOf(php: Php, node: CodeNode | undefined, at: CodeSpan): Expression {
	if (!node) return { kind: 'opaque', parts: [], ...spanOf(at) }
	const span = spanOf(node)
	const [first] = namedChildren(node)
	switch (node.kind) {
		case 'variable_name':
			return variable(php, node)
		case 'name':
			return bareName(php, node)
		case 'namespace_name':
		case 'qualified_name':
		case 'relative_name':
		case 'named_type':
			return qualified(dotted(textOf(php, node)), node)
		case 'relative_scope':
			return scopeNamed(php, node)
		case 'dynamic_variable_name':
			return first ? namedVariable(php, dynamicName(php, node, first), node) : opaque(php, node)
		case 'integer':
		case 'float':
			return constantAt(numberOf(textOf(php, node)), node)
		case 'boolean':
			return constantAt(/^true$/i.test(textOf(php, node)), node)
		case 'null':
			return constantAt(null, node)
		case 'string':
		case 'encapsed_string':
		case 'heredoc':
		case 'nowdoc':
			return textValue(php, node)
		case 'shell_command_expression':
			return callAt('shell_exec', [{ kind: 'template', parts: partsOf(php, node, false), ...span }], node)
		case 'parenthesized_expression':
		case 'error_suppression_expression':
		case 'expression_statement':
		case 'by_ref':
		case 'variadic_unpacking':
		case 'static_variable_declaration':
			return php.expression(php, first, node)
		case 'member_access_expression':
		case 'nullsafe_member_access_expression':
		case 'scoped_property_access_expression':
		case 'class_constant_access_expression':
			return member(php, node)
		case 'subscript_expression':
			return subscript(php, node)
		case 'function_call_expression':
		case 'member_call_expression':
		case 'nullsafe_member_call_expression':
		case 'scoped_call_expression':
			return callOf(php, node)
		case 'object_creation_expression':
			return instanceOf(php, node)
		case 'array_creation_expression':
		case 'list_literal':
			return arrayOf(php, node)
		case 'assignment_expression':
		case 'augmented_assignment_expression':
			return assignment(php, node)
		case 'reference_assignment_expression':
			return referenceTo(php, node)
		default:
			return operation(php, node, first)
	}
}

function operation(php: Php, node: CodeNode, first: CodeNode | undefined): Expression {
	const span = spanOf(node)
	switch (node.kind) {
		case 'binary_expression':
			return binary(php, node)
		case 'unary_op_expression':
			return {
				kind: 'unary',
				operator: operatorIn(php, node),
				operand: php.expression(php, childOf(node, 'argument') ?? first, node),
				...span,
			}
		case 'update_expression':
			return {
				kind: 'unary',
				operator: operatorIn(php, node),
				operand: php.expression(php, childOf(node, 'argument') ?? first, node),
				isPostfix: node.children[0]?.isNamed === true,
				...span,
			}
		case 'conditional_expression':
			return conditional(php, node)
		case 'cast_expression':
			return castOf(php, node)
		case 'clone_expression':
			return callAt('clone', [php.expression(php, first, node)], node)
		case 'print_intrinsic':
			return callAt('print', [php.expression(php, first, node)], node)
		case 'exit_statement':
			return callAt('exit', first ? [php.expression(php, first, node)] : [], node)
		case 'include_expression':
		case 'include_once_expression':
		case 'require_expression':
		case 'require_once_expression':
			return { kind: 'import', form: 'include', module: joined(php.expression(php, first, node)), ...span }
		case 'sequence_expression':
			return { kind: 'sequence', items: namedChildren(node).map((it) => php.expression(php, it, it)), ...span }
		case 'yield_expression':
			return yieldOf(php, node)
		case 'anonymous_function':
		case 'anonymous_function_creation_expression':
		case 'arrow_function':
			return { kind: 'closure', function: php.functionOf(php, node), ...span }
		case 'match_expression':
			return matchOf(php, node)
		default:
			return opaque(php, node)
	}
}

/** `__DIR__ . '/a.php'` as one text: which files are read is decided before anything runs. */
function joined(value: Expression): Expression {
	if (value.kind !== 'binary' || value.operator !== 'concat') return value
	const [left, right] = [joined(value.left), joined(value.right)]
	if (left.kind !== 'constant' || right.kind !== 'constant') return value
	return constantAt(`${left.value}${right.value}`, value)
}

// ---------- names

function variable(php: Php, node: CodeNode): Expression {
	const name = textOf(php, node)
	if (name === '$this') return { kind: 'self', ...spanOf(node) }
	const alias = php.scope.aliases.get(name)
	return alias ?? nameAt(name, node)
}

function bareName(php: Php, node: CodeNode): Expression {
	const name = textOf(php, node)
	// Paths are looked up beside the file, so that its folder is what they begin with.
	if (name === '__DIR__') return constantAt('', node)
	if (name === '__CLASS__') return constantAt(php.className ?? '', node)
	if (/^__[A-Z]+__$/.test(name)) return constantAt(name, node)
	if (/^(?:self|static|parent)$/i.test(name)) return scopeNamed(php, node)
	return nameAt(name, node)
}

function scopeNamed(php: Php, node: CodeNode): Expression {
	const name = textOf(php, node).toLowerCase()
	if (name === 'parent') return { kind: 'super', ...spanOf(node) }
	if (name === 'self' && php.className !== undefined) return nameAt(php.className, node)
	return { kind: 'self', ...spanOf(node) }
}

function qualified(name: string, at: CodeSpan): Expression {
	const [first = '', ...more] = name.split('.')
	let made: Expression = nameAt(first, at)
	for (const it of more) made = { kind: 'field', object: made, name: it, ...spanOf(at) }
	return made
}

function dynamicName(php: Php, node: CodeNode, first: CodeNode): Expression {
	return first.kind === 'name' ? constantAt(textOf(php, first), node) : php.expression(php, first, first)
}

/** `$a->b`, `A::$b`, `A::B`, and `$a->$b`, which is read by name. */
function member(php: Php, node: CodeNode): Expression {
	const [left, ...others] = namedChildren(node)
	const object = php.expression(php, childOf(node, 'object') ?? childOf(node, 'scope') ?? left, node)
	const name = childOf(node, 'name') ?? others.at(-1)
	if (!name) return object
	const text = textOf(php, name)
	const span = spanOf(node)
	if (node.kind === 'class_constant_access_expression' && text === 'class') return object
	if (node.kind === 'scoped_property_access_expression' && name.kind === 'variable_name')
		return { kind: 'field', object, name: text.slice(1), ...span }
	if (name.kind === 'name') return { kind: 'field', object, name: text, ...span }
	return { kind: 'index', object, index: php.expression(php, name, name), ...span }
}

function subscript(php: Php, node: CodeNode): Expression {
	const [object, index] = namedChildren(node)
	const key =
		index && (index.kind === 'name' ? constantAt(textOf(php, index), index) : php.expression(php, index, index))
	if (object && textOf(php, object) === '$GLOBALS' && key?.kind === 'constant') {
		const name = `$${key.value}`
		if (!php.scope.isTop) php.scope.globals.add(name)
		return nameAt(name, node)
	}
	return { kind: 'index', object: php.expression(php, object, node), index: key, ...spanOf(node) }
}

function numberOf(text: string): number | null {
	const digits = text.replaceAll('_', '')
	const octal = /^0o?([0-7]+)$/i.exec(digits)
	const value = octal ? Number.parseInt(octal[1] as string, 8) : Number(digits)
	return Number.isNaN(value) ? null : value
}

// ---------- values

function arrayOf(php: Php, node: CodeNode): Expression {
	const elements = namedChildren(node)
	const span = spanOf(node)
	if (!elements.some((it) => it.children.some((child) => child.kind === '=>'))) {
		const items = elements.map(
			(it): ListItem => ({
				value: php.expression(
					php,
					namedChildren(it)[0] && it.kind === 'array_element_initializer' ? namedChildren(it)[0] : it,
					it,
				),
				isSpread: isSpread(it),
				...spanOf(it),
			}),
		)
		return { kind: 'list', form: 'list', items, ...span }
	}
	let next = 0
	const entries = elements.map((it): ObjectEntry => {
		const [first, second] = namedChildren(it)
		if (second) {
			const key = php.expression(php, first, it)
			if (key.kind === 'constant' && typeof key.value === 'number') next = key.value + 1
			return { key, value: php.expression(php, second, it), ...spanOf(it) }
		}
		const value = php.expression(php, first ?? it, it)
		return { key: isSpread(it) ? undefined : constantAt(next++, it), value, ...spanOf(it) }
	})
	return { kind: 'object', entries, ...span }
}

function isSpread(node: CodeNode): boolean {
	return childOfKind(node, 'variadic_unpacking') !== undefined
}

function assignment(php: Php, node: CodeNode): Expression {
	const left = childOf(node, 'left')
	const value = php.expression(php, childOf(node, 'right'), node)
	const operator = childOf(node, 'operator')
	const [dynamic] = left?.kind === 'dynamic_variable_name' ? namedChildren(left) : []
	if (left && dynamic && !operator) return assignNamed(php, dynamicName(php, left, dynamic), value, node)
	const target = php.target(php, left, node)
	const written = operator && textOf(php, operator).slice(0, -1)
	return {
		kind: 'assign',
		target,
		value,
		...(written === undefined ? {} : { operator: written === '.' ? 'concat' : written }),
		...spanOf(node),
	}
}

/** After `$a = &$b['x']` the one is the other, until the end of the function. */
function referenceTo(php: Php, node: CodeNode): Expression {
	const left = childOf(node, 'left')
	const value = php.expression(php, childOf(node, 'right'), node)
	const isPlace = value.kind === 'name' || value.kind === 'field' || value.kind === 'index'
	if (left?.kind === 'variable_name' && isPlace) {
		const name = textOf(php, left)
		if (value.kind !== 'name' || value.name !== name) php.scope.aliases.set(name, value)
		return value
	}
	return { kind: 'assign', target: php.target(php, left, node), value, ...spanOf(node) }
}

// ---------- operators

function operatorIn(php: Php, node: CodeNode): string {
	const operator = childOf(node, 'operator') ?? node.children.find((it) => !it.isNamed)
	return operator ? textOf(php, operator) : ''
}

const spelled: Readonly<Record<string, string>> = { '.': 'concat', '<>': '!=', '<=>': '-', xor: '!==' }
const logical: Readonly<Record<string, '&&' | '||' | '??'>> = {
	'&&': '&&',
	'||': '||',
	'??': '??',
	and: '&&',
	or: '||',
}

function binary(php: Php, node: CodeNode): Expression {
	const written = operatorIn(php, node).toLowerCase()
	const left = php.expression(php, childOf(node, 'left'), node)
	const right = php.expression(php, childOf(node, 'right'), node)
	const both = logical[written]
	if (both) return { kind: 'logical', operator: both, left, right, ...spanOf(node) }
	return (
		idiom(written, left, right, node) ?? {
			kind: 'binary',
			operator: spelled[written] ?? written,
			left,
			right,
			...spanOf(node),
		}
	)
}

function conditional(php: Php, node: CodeNode): Expression {
	const test = php.expression(php, childOf(node, 'condition'), node)
	const body = childOf(node, 'body')
	const otherwise = php.expression(php, childOf(node, 'alternative'), node)
	if (!body) return { kind: 'logical', operator: '||', left: test, right: otherwise, ...spanOf(node) }
	return { kind: 'conditional', test, then: php.expression(php, body, node), otherwise, ...spanOf(node) }
}

const converting: Readonly<Record<string, string>> = {
	int: 'intval',
	integer: 'intval',
	float: 'floatval',
	double: 'floatval',
	real: 'floatval',
	bool: 'boolval',
	boolean: 'boolval',
	string: 'strval',
}

/** `(int) $x` is what `intval` does. */
function castOf(php: Php, node: CodeNode): Expression {
	const written = childOf(node, 'type')
	const type = written ? textOf(php, written).trim().toLowerCase() : ''
	const value = php.expression(php, childOf(node, 'value'), node)
	const name = converting[type]
	return name === undefined ? { kind: 'cast', type, value, ...spanOf(node) } : callAt(name, [value], node)
}

function yieldOf(php: Php, node: CodeNode): Expression {
	const [given] = namedChildren(node)
	const value = given?.kind === 'array_element_initializer' ? namedChildren(given).at(-1) : given
	return {
		kind: 'yield',
		value: value && php.expression(php, value, node),
		isDelegated: /^yield\s+from\b/i.test(textOf(php, node)),
		...spanOf(node),
	}
}

export function argumentsOf(php: Php, node: CodeNode | undefined): Argument[] {
	if (!node) return []
	return namedChildren(node).flatMap((it): Argument[] => {
		if (it.kind === 'variadic_placeholder') return []
		const keyword = childOf(it, 'name')
		const [value] =
			it.kind === 'argument'
				? namedChildren(it).filter((child) => child !== keyword && child.kind !== 'reference_modifier')
				: [it]
		const argument: Argument = { value: php.expression(php, value, it), ...spanOf(it) }
		if (value?.kind === 'variadic_unpacking') return [{ ...argument, spread: 'list' }]
		if (keyword && it.kind === 'argument') return [{ ...argument, keyword: textOf(php, keyword) }]
		return [argument]
	})
}
