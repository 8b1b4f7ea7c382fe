import type { FunctionIr, ImportStatement, ModuleIr, Parameter, Statement } from '../../ir/ir.ts'
import type { ParsedCode } from '../../tree/codeNode.ts'
import { functionShape } from './csharpFunctions.ts'
import { lowerCsharp } from './lowerCsharp.ts'
import type { RazorCode } from './razor.ts'

/** The name under which a view is kept as a function. */
const viewName = '@view'

/** What each view has by its base class. */
const inherited: Readonly<Record<string, string>> = {
	Html: 'Microsoft.AspNetCore.Mvc.Rendering.IHtmlHelper',
	Context: 'Microsoft.AspNetCore.Http.HttpContext',
	HttpContext: 'Microsoft.AspNetCore.Http.HttpContext',
	Request: 'Microsoft.AspNetCore.Http.HttpRequest',
}

/** A Razor view as a function of its model and of what it has by its base class. */
export function lowerRazor(code: ParsedCode, { model, usings, injected }: RazorCode): ModuleIr {
	const ir = lowerCsharp(code)
	const at = { start: 0, end: Math.min(1, code.text.length) }
	const parameter = (name: string, type: string | undefined): Parameter => ({
		...at,
		target: { kind: 'name', ...at, name },
		type,
		initial: undefined,
		rest: undefined,
		byReference: false,
		annotations: [],
	})
	const parts = model?.split('.') ?? []
	const view: FunctionIr = {
		...functionShape(code.root, at),
		name: viewName,
		form: 'function',
		parameters: [
			parameter('Model', parts.at(-1)),
			parameter('ViewBag', undefined),
			parameter('ViewData', undefined),
			...Object.entries(inherited).map(([name, type]) => parameter(name, type)),
			...injected.map(({ name, type }) => parameter(name, type)),
		],
		body: ir.body.filter((it) => it.kind !== 'import'),
	}
	// The namespace of the model is where its type is looked for.
	const taken = parts.length > 1 ? [...usings, parts.slice(0, -1).join('.')] : usings
	const imports = taken.map(
		(module): ImportStatement => ({ kind: 'import', ...at, module, names: [{ imported: '*', local: '*' }] }),
	)
	const controller: ImportStatement = { kind: 'import', ...at, module: '@controller', names: [] }
	const body: Statement[] = [
		controller,
		...ir.body.filter((it) => it.kind === 'import'),
		...imports,
		{ kind: 'function', function: view, start: view.start, end: view.end },
	]
	return { ...ir, body }
}
