import type { ImportStatement } from '../../ir/ir.ts'
import { type CodeNode, childOf, type ParsedCode } from '../../tree/codeNode.ts'
import type { Lowering } from '../lowering.ts'
import { blockFrame } from '../selfScope.ts'
import { fieldNames, isClass, lowerClass } from './javaClasses.ts'
import { type JavaContext, spanOf } from './javaContext.ts'
import { lowerExpression } from './javaExpressions.ts'
import { lowerMethod } from './javaMethods.ts'
import { componentNames } from './javaRecords.ts'
import { lowerStatements } from './javaStatements.ts'
import { typeText } from './javaTypes.ts'

/** Makes the IR of a Java file. Bare names that are no variables are fields of `self`, and so are methods that are called by name alone. */
export const lowerJava: Lowering = (code) => {
	const imports = code.root.children
		.filter((child) => child.kind === 'import_declaration')
		.map((child) => importOf(code.text, child))
	const java = contextOf(code, imports)
	const packageNode = code.root.children.find((child) => child.kind === 'package_declaration')
	const name = packageNode?.children.find((child) => child.kind === 'scoped_identifier' || child.kind === 'identifier')
	const statements = java.statements(code.root.children)
	return {
		...spanOf(code.root),
		language: 'java',
		packageName: name && typeText(java, name),
		scoping: 'declared',
		exportsAll: true,
		body: [
			implicitImport,
			...imports.map((one) => one.statement),
			...[...java.qualified].map(qualifiedImport),
			...statements,
		],
		gaps: [...java.gaps, ...code.cutAt],
	}
}

/** What every file sees without asking for it. */
const implicitImport: ImportStatement = {
	kind: 'import',
	start: 0,
	end: 0,
	module: 'java.lang',
	names: [{ imported: '*', local: '*' }],
}

/** `a.b.C` in the code is taken as if `C` had been imported under this name. */
function qualifiedImport(path: string): ImportStatement {
	const dot = path.lastIndexOf('.')
	const names = [{ imported: path.slice(dot + 1), local: path }]
	return { kind: 'import', start: 0, end: 0, module: path.slice(0, dot), names }
}

interface JavaImport {
	readonly statement: ImportStatement
	readonly isStatic: boolean
}

function contextOf(code: ParsedCode, imports: readonly JavaImport[]): JavaContext {
	const statics = imports.filter((one) => one.isStatic).flatMap((one) => one.statement.names.map((name) => name.local))
	const java: JavaContext = {
		text: code.text,
		gaps: [],
		statics: new Set(statics),
		hasStaticWildcard: statics.includes('*'),
		...declaredIn(code, imports),
		qualified: new Set(),
		frame: blockFrame(undefined),
		before: undefined,
		declared: undefined,
		yields: undefined,
		temporaries: 0,
		expression: (node, at) => lowerExpression(java, node, at),
		statements: (nodes) => lowerStatements(java, nodes),
		classOf: (node) => lowerClass(java, node),
		methodOf: (node) => lowerMethod(java, node),
	}
	return java
}

/** `import a.b.C` takes `C` out of `a.b`. */
function importOf(text: string, node: CodeNode): JavaImport {
	const named = node.children.find((child) => child.kind === 'scoped_identifier' || child.kind === 'identifier')
	const path = named ? text.slice(named.start, named.end).replace(/\s+/g, '') : ''
	const isStatic = node.children.some((child) => child.kind === 'static')
	const statement = (module: string, name: string): ImportStatement => ({
		kind: 'import',
		...spanOf(node),
		module,
		names: name === '' ? [] : [{ imported: name, local: name }],
	})
	if (node.children.some((child) => child.kind === 'asterisk')) return { isStatic, statement: statement(path, '*') }
	const dot = path.lastIndexOf('.')
	return { isStatic, statement: statement(path.slice(0, Math.max(0, dot)), path.slice(dot + 1)) }
}

/** Fields of all classes of the file, and the components of its records. */
function declaredIn(
	code: ParsedCode,
	imports: readonly JavaImport[],
): Pick<JavaContext, 'fields' | 'records' | 'types'> {
	const types = new Set(
		imports.filter((one) => !one.isStatic).flatMap((one) => one.statement.names.map((it) => it.local)),
	)
	const fields = new Set<string>()
	const records = new Map<string, readonly string[]>()
	const open = [code.root]
	for (let node = open.pop(); node; node = open.pop()) {
		for (const name of fieldNames(code.text, node)) fields.add(name)
		const name = node.kind.endsWith('_declaration') && isClass(node) ? childOf(node, 'name') : undefined
		if (name) types.add(code.text.slice(name.start, name.end))
		const record = node.kind === 'record_declaration' ? childOf(node, 'name') : undefined
		if (record) records.set(code.text.slice(record.start, record.end), componentNames(code.text, node))
		for (const child of node.children) open.push(child)
	}
	return { fields, records, types }
}
