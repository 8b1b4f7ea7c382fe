import type { ClassIr, FieldIr, Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type ScriptContext, spanOf, textOf } from './scriptContext.ts'

/** What a type says of a value: its name without type arguments. Undefined where it is none that has a name. */
export function typeText(script: ScriptContext, node: CodeNode | undefined): string | undefined {
	if (!node) return undefined
	switch (node.kind) {
		case 'type_annotation':
		case 'parenthesized_type':
		case 'readonly_type':
			return typeText(script, namedChildren(node)[0])
		case 'generic_type': {
			const name = typeText(script, childOf(node, 'name') ?? namedChildren(node)[0])
			return name !== undefined && wrappers.has(name) ? (firstArgument(script, node) ?? name) : name
		}
		case 'type_identifier':
		case 'identifier':
		case 'predefined_type':
			return textOf(script, node)
		case 'nested_type_identifier':
		case 'nested_identifier':
		case 'member_expression':
			return textOf(script, node).replace(/\s+/g, '')
		case 'union_type':
		case 'intersection_type': {
			const names = namedChildren(node)
				.filter((child) => !isNothing(script, child))
				.map((child) => typeText(script, child))
			const [first] = names
			return names.length === 1 || node.kind === 'intersection_type' ? first : undefined
		}
		case 'object_type':
			return shapeName(script, node)
		default:
			return undefined
	}
}

/** `{ store: Store }`: an interface without a name, where it says of something that it is of a type with a name. Its name here is not that of a place, which is another one after an edit. */
function shapeName(script: ScriptContext, node: CodeNode): string | undefined {
	const fields = shapeFields(script, node)
	if (fields.length === 0) return undefined
	const content = fields.map((it) => `${it.name}: ${it.type}`).join('; ')
	const known = script.shapes.get(content)
	if (known) return known.name
	const shape = shapeOf(node, `@shape${script.shapes.size}`, fields)
	script.shapes.set(content, shape)
	return shape.name
}

/** `type Deps = { store: Store }` is as good as an interface. */
export function namedShape(script: ScriptContext, node: CodeNode, name: string): ClassIr | undefined {
	const fields = shapeFields(script, node)
	return fields.length === 0 ? undefined : shapeOf(node, name, fields)
}

function shapeFields(script: ScriptContext, node: CodeNode): readonly FieldIr[] {
	return namedChildren(node).flatMap((child): FieldIr[] => {
		const name = child.kind === 'property_signature' ? childOf(child, 'name') : undefined
		const type = typeText(script, childOf(child, 'type'))
		if (!name || type === undefined || !/^(?:[A-Z@]|\w+\.[A-Z])/.test(type)) return []
		const head = { ...spanOf(child), name: textOf(script, name) }
		return [{ ...head, isStatic: false, type, initial: undefined, annotations: [] }]
	})
}

function shapeOf(node: CodeNode, name: string, fields: readonly FieldIr[]): ClassIr {
	return {
		...spanOf(node),
		name,
		form: 'interface',
		bases: [],
		methods: [],
		fields,
		classes: [],
		initializers: [],
		annotations: [],
		head: { start: node.start, end: node.start + 1 },
	}
}

/** Those that the file has, as declarations. */
export function shapesOf(script: ScriptContext): readonly Statement[] {
	return [...script.shapes.values()].map((it) => ({ kind: 'class', ...spanOf(it), class: it }))
}

/** What the type of a variable says of the parameters of the function that it begins with, by their place. */
export type ParameterTypes = (place: number) => string | undefined

/** `const routes: FastifyPluginAsync<{ store: Store }> = async (app, { store }) => …`: a parameter of a function with such a type needs none of its own. */
export function parameterTypes(script: ScriptContext, node: CodeNode | undefined): ParameterTypes | undefined {
	if (!node) return undefined
	switch (node.kind) {
		case 'type_annotation':
		case 'parenthesized_type':
		case 'readonly_type':
			return parameterTypes(script, namedChildren(node)[0])
		case 'function_type': {
			const list = childOf(node, 'parameters')
			const types = (list ? namedChildren(list) : []).map((it) => typeText(script, childOf(it, 'type')))
			return (place) => types[place]
		}
		case 'generic_type':
		case 'type_identifier':
		case 'nested_type_identifier': {
			const name = typeText(script, node)
			if (name === undefined || !/^(?:\w+\.)*[A-Z]/.test(name)) return undefined
			const of = options.find(({ type }) => type.test(name))
			const given = of && firstArgument(script, node)
			// Rules may know what a library calls such a function with.
			return (place) => (given !== undefined && place === of?.place ? given : `${name}.@${place}`)
		}
		default:
			return undefined
	}
}

/** Functions of frameworks that get an object of a type which stands in the type arguments. */
const options: readonly { readonly type: RegExp; readonly place: number }[] = [
	{ type: /^(?:\w+\.)?FastifyPlugin(?:Async|Callback)?(?!Options)/, place: 1 },
	{ type: /^(?:\w+\.)?(?:FC|VFC|FunctionComponent|NextPage)$/, place: 0 },
]

/** Types whose values are taken for what they hold. */
const wrappers = new Set(['Promise', 'Readonly', 'Partial', 'Required', 'NonNullable', 'Awaited', 'PromiseLike'])

function firstArgument(script: ScriptContext, node: CodeNode): string | undefined {
	const given = childOf(node, 'type_arguments')
	return given && typeText(script, namedChildren(given)[0])
}

function isNothing(script: ScriptContext, node: CodeNode): boolean {
	return /^(?:null|undefined|void)$/.test(textOf(script, node))
}
