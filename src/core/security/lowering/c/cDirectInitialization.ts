import type { Argument, Expression } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, spanOf, textOf, typeOfName } from './cContext.ts'
import { nameOf, pathOf, qualifiedName } from './cNames.ts'
import { type CType, declaredName, nameOfType, plainType } from './cTypes.ts'

/*
 * `std::ifstream in(name);` reads like a function that is declared and takes a `name`. So does all that has only names, calls and products
 * of names between the parentheses: without knowing what is a type nobody can tell.
 */

const deepest = 6

/** Whether a declarator with parameters declares an object, which gets them as arguments. */
export function isObjectWithArguments(c: C, declarator: CodeNode | undefined, base: CType): boolean {
	const isClass = base.form === 'plain' ? base.isClass : base.form === 'pointer' && base.isOwner === true
	if (!declarator || !isClass || c.blocks.length < 2) return false
	const all = parametersOf(declarator)
	return all.length > 0 && all.every((it) => isArgument(c, it, 0)) && all.some((it) => isValue(c, it, 0))
}

function parametersOf(declarator: CodeNode): readonly CodeNode[] {
	const parameters = childOf(declarator, 'parameters')
	return parameters ? namedChildren(parameters) : []
}

/** Whether it can be read as an expression at all. */
function isArgument(c: C, it: CodeNode, depth: number): boolean {
	const type = childOf(it, 'type')
	const declarator = childOf(it, 'declarator')
	if (it.kind !== 'parameter_declaration' || !type || depth > deepest || namedChildren(it).length > 2) return false
	if (!/^(?:type_identifier|qualified_identifier|template_type)$/.test(type.kind)) return false
	if (!declarator) return true
	if (declarator.kind === 'abstract_function_declarator')
		return parametersOf(declarator).every((inner) => isArgument(c, inner, depth + 1))
	return factorIn(declarator) !== undefined && isVariableNamed(c, type)
}

/** Of `a * b` and `a & b` the b, which reads like a parameter of that name. */
function factorIn(declarator: CodeNode): CodeNode | undefined {
	if (declarator.kind !== 'pointer_declarator' && declarator.kind !== 'reference_declarator') return undefined
	const [inner, ...more] = namedChildren(declarator)
	return inner?.kind === 'identifier' && more.length === 0 ? declaredName(declarator) : undefined
}

/** Whether something in it is no type: a variable, or a name that is written like one and known as nothing else. */
function isValue(c: C, it: CodeNode, depth: number): boolean {
	const type = childOf(it, 'type')
	const declarator = childOf(it, 'declarator')
	if (!type || depth > deepest) return false
	if (declarator?.kind === 'abstract_function_declarator') {
		const inner = parametersOf(declarator)
		// A type that takes no type, as in `lock(Mutex())`, is an object that is made here.
		return inner.length === 0 ? !isTypeNamed(c, type) : inner.some((one) => isValue(c, one, depth + 1))
	}
	if (declarator) return true
	return isVariableNamed(c, type) || (type.kind === 'type_identifier' && !isTypeNamed(c, type))
}

function isVariableNamed(c: C, type: CodeNode): boolean {
	if (type.kind !== 'type_identifier') return false
	const name = textOf(c, type)
	const own = c.owner === undefined ? undefined : c.types.structures.get(c.owner)
	return own?.fields.has(name) === true || typeOfName(c, name) !== undefined || c.types.constants.has(name)
}

/** Names of types that programs have with `using namespace std`. */
const library =
	/^(?:string|wstring|string_view|vector|map|set|list|deque|pair|tuple|array|optional|function|thread|mutex|istream|ostream|ifstream|ofstream|fstream|stringstream|path)$/

function isTypeNamed(c: C, type: CodeNode): boolean {
	const name = nameOfType(c.text, type)
	const plain = plainType(name)
	return (
		!/^(?:m_|[a-z])/.test(name) ||
		/_t$/.test(name) ||
		library.test(name) ||
		c.types.names.has(name) ||
		c.types.structures.has(name) ||
		(plain.form === 'plain' && plain.size !== undefined)
	)
}

/** What stands in the parentheses, read as what it is. */
export function argumentsLikeParameters(c: C, parameters: CodeNode): Argument[] {
	return namedChildren(parameters).map((it) => ({ value: argumentOf(c, it), ...spanOf(it) }))
}

function argumentOf(c: C, it: CodeNode): Expression {
	const type = childOf(it, 'type')
	const declarator = childOf(it, 'declarator')
	if (!type) return { kind: 'opaque', parts: [], ...spanOf(it) }
	const named = nameIn(c, type)
	if (!declarator) return named
	if (declarator.kind === 'abstract_function_declarator') {
		const parameters = childOf(declarator, 'parameters')
		const inner = parameters ? argumentsLikeParameters(c, parameters) : []
		return { kind: 'call', callee: named, arguments: inner, isNew: false, ...spanOf(it) }
	}
	const factor = factorIn(declarator)
	const operator = declarator.kind === 'pointer_declarator' ? '*' : '&'
	if (!factor) return named
	return { kind: 'binary', operator, left: named, right: nameOf(c, factor), ...spanOf(it) }
}

function nameIn(c: C, type: CodeNode): Expression {
	if (type.kind === 'type_identifier') return nameOf(c, type)
	return type.kind === 'qualified_identifier' ? qualifiedName(c, type) : pathOf(nameOfType(c.text, type), type)
}
