import type {
	Annotation,
	Argument,
	ClassIr,
	Expression,
	FunctionIr,
	ModuleIr,
	Parameter,
	PatternItem,
	Statement,
	Target,
} from './ir.ts'

/** The IR as text for people: one statement a line, what is inside of it indented by two more spaces. For golden tests; spans are not shown. */
export function printIr(module: ModuleIr): string {
	const head = [
		module.language,
		...(module.packageName === undefined ? [] : [`package ${module.packageName}`]),
		module.scoping,
		...(module.exportsAll ? ['exportsAll'] : []),
		...(module.gaps.length > 0 ? [`${module.gaps.length} gaps`] : []),
	]
	return `# ${head.join(', ')}\n${statements(module.body, '')}`
}

function statements(body: readonly Statement[], indent: string): string {
	return body.map((it) => `${indent}${statement(it, indent)}\n`).join('')
}

function block(body: readonly Statement[], indent: string): string {
	const inner = `${indent}  `
	return body.length === 0 ? ' {}' : `\n${statements(body, inner).replace(/\n$/, '')}`
}

function labelled(label: string | undefined): string {
	return label === undefined ? '' : `${label}: `
}

function statement(it: Statement, indent: string): string {
	const show = (one: Expression): string => expression(one, indent)
	switch (it.kind) {
		case 'expression':
			return show(it.expression)
		case 'declare':
			return `${it.isHoisted ? 'var' : 'let'} ${target(it.target, indent)}${typed(it.type)}${it.initial ? ` = ${show(it.initial)}` : ''}`
		case 'function':
			return functionText(it.function, indent)
		case 'class':
			return classText(it.class, indent)
		case 'import':
			return `import ${JSON.stringify(it.module)} { ${it.names.map(({ imported, local }) => (imported === local ? local : `${imported} as ${local}`)).join(', ')} }`
		case 'export':
			return `export ${it.name} = ${show(it.value)}`
		case 'scope':
			return `${it.level} ${it.names.join(', ')}`
		case 'block':
			return `${labelled(it.label)}block${block(it.body, indent)}`
		case 'if':
			return `if ${show(it.test)}${block(it.then, indent)}${it.otherwise.length > 0 ? `\n${indent}else${block(it.otherwise, indent)}` : ''}`
		case 'return':
			return it.value ? `return ${show(it.value)}` : 'return'
		case 'throw':
			return it.value ? `throw ${show(it.value)}` : 'throw'
		case 'jump':
			return it.label === undefined ? it.form : `${it.form} ${it.label}`
		case 'defer':
			return `${it.isConcurrent ? 'go' : 'defer'} ${show(it.call)}`
		case 'loop':
		case 'forEach':
			return loop(it, indent)
		case 'switch':
			return switchText(it, indent)
		case 'try':
			return tryText(it, indent)
	}
}

function loop(it: Extract<Statement, { kind: 'loop' | 'forEach' }>, indent: string): string {
	const otherwise = it.otherwise.length > 0 ? `\n${indent}else${block(it.otherwise, indent)}` : ''
	if (it.kind === 'loop') {
		const test = it.test ? ` ${expression(it.test, indent)}` : ''
		const update = it.update.length > 0 ? ` then ${it.update.map((one) => expression(one, indent)).join(', ')}` : ''
		return `${labelled(it.label)}${it.testsLast ? 'loop until after' : 'loop'}${test}${update}${block(it.body, indent)}${otherwise}`
	}
	const key = it.key ? `key ${target(it.key, indent)}` : undefined
	const value = it.target ? target(it.target, indent) : undefined
	const targets = [key, value].filter((one) => one !== undefined).join(', ')
	return `${labelled(it.label)}for ${it.declares ? 'let ' : ''}${targets}${typed(it.type)} of ${expression(it.iterable, indent)}${block(it.body, indent)}${otherwise}`
}

function switchText(it: Extract<Statement, { kind: 'switch' }>, indent: string): string {
	const inner = `${indent}  `
	const cases = it.cases.map((one) => {
		const values =
			one.values.length === 0 ? 'default' : `case ${one.values.map((value) => expression(value, inner)).join(', ')}`
		const binding = one.binding ? ` as ${target(one.binding, inner)}` : ''
		const guard = one.guard ? ` if ${expression(one.guard, inner)}` : ''
		return `\n${inner}${values}${binding}${guard}${block(one.body, inner)}`
	})
	const subject = it.subject ? ` ${expression(it.subject, indent)}` : ''
	return `${labelled(it.label)}switch${subject}${it.fallsThrough ? ' (falls through)' : ''}${cases.join('')}`
}

function tryText(it: Extract<Statement, { kind: 'try' }>, indent: string): string {
	const handlers = it.handlers.map(({ binding, types, body }) => {
		const kinds = types.length > 0 ? ` ${types.join('|')}` : ''
		return `\n${indent}catch${kinds}${binding ? ` as ${target(binding, indent)}` : ''}${block(body, indent)}`
	})
	const otherwise = it.otherwise.length > 0 ? `\n${indent}else${block(it.otherwise, indent)}` : ''
	const last = it.finally.length > 0 ? `\n${indent}finally${block(it.finally, indent)}` : ''
	return `try${block(it.body, indent)}${handlers.join('')}${otherwise}${last}`
}

// ---------- expressions

function expression(it: Expression, indent: string): string {
	const show = (one: Expression): string => expression(one, indent)
	const list = (all: readonly Expression[]): string => all.map(show).join(', ')
	switch (it.kind) {
		case 'constant':
			return typeof it.value === 'string' ? JSON.stringify(it.value) : String(it.value)
		case 'name':
			return it.name
		case 'self':
		case 'super':
			return it.kind
		case 'field':
			return `${show(it.object)}.${it.name}`
		case 'index':
			return `${show(it.object)}[${it.index ? show(it.index) : ''}]`
		case 'slice':
			return `${show(it.object)}[${it.from ? show(it.from) : ''}:${it.to ? show(it.to) : ''}]`
		case 'call':
			return `${it.isNew ? 'new ' : ''}${show(it.callee)}(${argumentsText(it.arguments, indent)})`
		case 'closure':
			return functionText(it.function, indent)
		case 'class':
			return classText(it.class, indent)
		case 'object':
			return objectText(it, indent)
		case 'list':
			return `${it.form === 'list' ? '' : it.form}[${it.items.map(({ value, isSpread }) => `${isSpread ? '...' : ''}${show(value)}`).join(', ')}]`
		case 'template':
			return `${it.tag ? `tagged ${show(it.tag)} ` : ''}text(${list(it.parts)})`
		case 'regex':
			return `regex(${JSON.stringify(it.pattern)}${it.flags ? `, ${it.flags}` : ''})`
		case 'binary':
		case 'logical':
			return `(${show(it.left)} ${it.operator} ${show(it.right)})`
		case 'unary':
			return it.isPostfix ? `(${show(it.operand)} ${it.operator})` : `(${it.operator} ${show(it.operand)})`
		case 'conditional':
			return `(${show(it.test)} ? ${show(it.then)} : ${show(it.otherwise)})`
		case 'assign':
			return `${target(it.target, indent)} ${it.operator ?? ''}= ${show(it.value)}`
		case 'await':
			return `await ${show(it.value)}`
		case 'yield':
			return `yield${it.isDelegated ? '*' : ''}${it.value ? ` ${show(it.value)}` : ''}`
		case 'cast':
			return `(${show(it.value)} as ${it.type})`
		case 'import':
			return `${it.form === 'module' ? 'require' : 'include'}(${show(it.module)})`
		case 'sequence':
			return `sequence(${list(it.items)})`
		case 'comprehension':
			return comprehension(it, indent)
		case 'element':
			return elementText(it, indent)
		case 'opaque':
			return `opaque(${list(it.parts)})`
	}
}

function objectText(it: Extract<Expression, { kind: 'object' }>, indent: string): string {
	const entries = it.entries.map(({ key, value, accessor }) => {
		const shown = expression(value, indent)
		if (!key) return `...${shown}`
		return `${accessor ? `${accessor} ` : ''}${expression(key, indent)}: ${shown}`
	})
	return `${it.type ?? ''}{${entries.join(', ')}}`
}

function comprehension(it: Extract<Expression, { kind: 'comprehension' }>, indent: string): string {
	const key = it.key ? `${expression(it.key, indent)}: ` : ''
	const clauses = it.clauses.map(({ target: one, iterable, conditions }) => {
		const tests = conditions.map((condition) => ` if ${expression(condition, indent)}`).join('')
		return ` for ${target(one, indent)} of ${expression(iterable, indent)}${tests}`
	})
	return `${it.form}(${key}${expression(it.element, indent)}${clauses.join('')})`
}

function elementText(it: Extract<Expression, { kind: 'element' }>, indent: string): string {
	const attributes = it.attributes.map(({ name, value }) => {
		const shown = expression(value, indent)
		return name === undefined ? `...${shown}` : `${name}=${shown}`
	})
	const children = it.children.map((child) => expression(child, indent))
	return `<${[expression(it.tag, indent), ...attributes].join(' ')}>(${children.join(', ')})`
}

function argumentsText(all: readonly Argument[], indent: string): string {
	return all
		.map((it) => {
			const spread = it.spread === 'list' ? '...' : it.spread === 'map' ? '**' : ''
			const keyword = it.keyword === undefined ? '' : `${it.keyword}=`
			return `${spread}${it.byReference ? 'ref ' : ''}${keyword}${expression(it.value, indent)}`
		})
		.join(', ')
}

function target(it: Target, indent: string): string {
	if (it.kind === 'listPattern')
		return `[${it.items.map((item) => (item ? patternItem(item, indent) : '_')).join(', ')}]`
	if (it.kind === 'objectPattern') {
		const entries = it.entries.map((entry) =>
			entry.key ? `${expression(entry.key, indent)}: ${patternItem(entry, indent)}` : patternItem(entry, indent),
		)
		return `{${entries.join(', ')}}`
	}
	return expression(it, indent)
}

function patternItem(it: PatternItem, indent: string): string {
	return `${it.isRest ? '...' : ''}${target(it.target, indent)}${it.initial ? ` = ${expression(it.initial, indent)}` : ''}`
}

// ---------- functions and classes

function typed(type: string | undefined): string {
	return type === undefined ? '' : `: ${type}`
}

function annotationsText(all: readonly Annotation[], indent: string): string {
	return all
		.map(
			(it) =>
				`@${it.name}${it.arguments.length > 0 ? `(${argumentsText(it.arguments, indent)})` : ''}${it.expression ? '!' : ''} `,
		)
		.join('')
}

function functionText(it: FunctionIr, indent: string): string {
	const words = [
		it.isStatic ? 'static' : '',
		it.isAsync ? 'async' : '',
		it.visibility === 'public' ? '' : it.visibility,
		it.isAbstract ? 'abstract' : '',
		it.form,
		it.isGenerator ? '*' : '',
		it.receiverType === undefined ? '' : `(of ${it.receiverType})`,
		it.name ?? '',
	].filter((word) => word !== '')
	const parameters = it.parameters.map((one) => parameterText(one, indent)).join(', ')
	const marks = [
		it.selfParameter ? 'self is first' : '',
		it.inheritsSelf ? 'outer self' : '',
		it.captures === 'all' ? '' : `sees ${it.captures.join(' ')}`,
	].filter((mark) => mark !== '')
	const after = marks.length > 0 ? ` [${marks.join(', ')}]` : ''
	return `${annotationsText(it.annotations, indent)}${words.join(' ')}(${parameters})${typed(it.returnType)}${after} =>${block(it.body, indent)}`
}

function parameterText(it: Parameter, indent: string): string {
	const rest = it.rest === 'list' ? '...' : it.rest === 'map' ? '**' : ''
	const initial = it.initial ? ` = ${expression(it.initial, indent)}` : ''
	return `${annotationsText(it.annotations, indent)}${it.byReference ? 'ref ' : ''}${rest}${target(it.target, indent)}${typed(it.type)}${initial}`
}

function classText(it: ClassIr, indent: string): string {
	const inner = `${indent}  `
	const bases = it.bases.length > 0 ? ` of ${it.bases.map((base) => expression(base, indent)).join(', ')}` : ''
	const fields = it.fields.map((field) => {
		const initial = field.initial ? ` = ${expression(field.initial, inner)}` : ''
		return `\n${inner}${annotationsText(field.annotations, inner)}${field.isStatic ? 'static ' : ''}field ${field.name}${typed(field.type)}${initial}`
	})
	const methods = it.methods.map((method) => `\n${inner}${functionText(method, inner)}`)
	const classes = it.classes.map((one) => `\n${inner}${classText(one, inner)}`)
	const initializers = it.initializers.map((one) => `\n${inner}run ${statement(one, inner)}`)
	return `${annotationsText(it.annotations, indent)}${it.form} ${it.name ?? ''}${bases}${[...fields, ...methods, ...classes, ...initializers].join('')}`
}
