import type { Expression, FunctionIr } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { newFunction } from './functions.ts'
import { constantAt, literalText, plainText, type Ruby, spanOf, textOf } from './ruby.ts'

/** What containers of Hanami and dry-system are called where a class takes things of them. */
const containers = /(?:^|::)(?:Deps|Import|AutoInject|Dependencies)$/

/**
 * `include Deps["mailers.welcome", clock: "time"]`: methods that give an object of the class that the container makes one of. By its rules
 * that is the class `Mailers::Welcome` of the application. Empty for all else that is included.
 */
export function injectedMethods(ruby: Ruby, node: CodeNode): FunctionIr[] {
	const object = node.kind === 'element_reference' ? childOf(node, 'object') : undefined
	if (!object || !containers.test(textOf(ruby, object)) || ruby.outermost === undefined) return []
	const made: FunctionIr[] = []
	for (const it of node.children) {
		if (!it.isNamed || it.field === 'object') continue
		const pairs = it.kind === 'hash' ? namedChildren(it) : [it]
		for (const one of pairs) {
			const key = literalText(ruby, one.kind === 'pair' ? childOf(one, 'value') : one)
			if (key === undefined || !/^[a-z_]\w*(?:[./][a-z_]\w*)*$/.test(key)) continue
			const name = one.kind === 'pair' ? plainText(ruby, childOf(one, 'key')) : key.split(/[./]/).at(-1)
			if (name !== undefined) made.push(injected(ruby.outermost, name, key, one))
		}
	}
	return made
}

function injected(application: string, name: string, key: string, at: CodeNode): FunctionIr {
	const span = spanOf(at)
	const parts = key.split(/[./]/)
	const module = constantAt(`@component:${snakeCase(application)}/${parts.join('/')}`, at)
	const file: Expression = { kind: 'import', form: 'module', module, ...span }
	const component = [application, ...parts.map(camelCase)].reduce(
		(object: Expression, part): Expression => ({ kind: 'field', object, name: part, ...span }),
		file,
	)
	const value: Expression = { kind: 'call', callee: component, arguments: [], isNew: true, ...span }
	return {
		...newFunction([{ kind: 'return', value, ...span }], [], at),
		name,
		form: 'method',
		inheritsSelf: false,
		head: span,
	}
}

function snakeCase(name: string): string {
	return name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase()
}

function camelCase(name: string): string {
	return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
