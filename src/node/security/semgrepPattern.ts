import type {
	Condition,
	FindRule,
	SanitizerRule,
	SinkKind,
	SinkRule,
	SourceRule,
} from '../../core/security/rules/ruleTypes.ts'

/** A pattern of Semgrep's, as far as a path can say it. */
export type SemgrepPattern =
	| { readonly kind: 'call'; readonly path: string; readonly arguments: readonly PatternArgument[] }
	| { readonly kind: 'assign'; readonly path: string; readonly value: PatternArgument }
	| { readonly kind: 'read'; readonly path: string }

/** One argument: `...`, a metavariable, a constant, or the text `"..."`, with a name where it is passed by name. */
export interface PatternArgument {
	readonly keyword?: string
	readonly value:
		| { readonly form: 'rest' }
		| { readonly form: 'variable'; readonly name: string }
		| { readonly form: 'constant'; readonly is: string | number | boolean | null }
		| { readonly form: 'text' }
}

type Argument = PatternArgument['value']

const constants: Readonly<Record<string, boolean | null>> = {
	true: true,
	True: true,
	false: false,
	False: false,
	null: null,
	None: null,
	nil: null,
	undefined: null,
}

/** What a pattern means, or why it cannot be read. */
export function readPattern(pattern: string): SemgrepPattern | string {
	const text = pattern.trim().replace(/;$/, '')
	if (/[\n]/.test(text)) return 'A pattern of several lines cannot be read.'
	const assigned = /^([$\w.]+)\s*=(?!=)\s*(.+)$/s.exec(text)
	if (assigned) {
		const path = pathOf(assigned[1] ?? '')
		const value = argumentOf(assigned[2] ?? '')
		if (path === undefined || !path.includes('.'))
			return 'Only what is assigned to a field can be read, such as $X.innerHTML = $Y.'
		return value ? { kind: 'assign', path, value } : `The value ${assigned[2]} cannot be read.`
	}
	const call = /^(?:new\s+)?([$\w.]+(?:\(\)\.[\w.]+)*)\((.*)\)$/s.exec(text)
	if (call) {
		const path = pathOf(call[1] ?? '')
		if (path === undefined) return `The callee ${call[1]} cannot be read.`
		const parts = splitArguments(call[2] ?? '')
		const found = parts?.map((part) => namedArgumentOf(part))
		const bad = found?.indexOf(undefined) ?? -1
		if (!parts || !found) return 'Brackets or quotes do not come in pairs.'
		if (bad >= 0) return `The argument ${parts[bad]} cannot be read.`
		return { kind: 'call', path, arguments: found.filter((argument) => argument !== undefined) }
	}
	const path = pathOf(text)
	return path === undefined ? 'It is neither a call, nor a field, nor an assignment to one.' : { kind: 'read', path }
}

/** `$X.a.b` is `*.a.b`: a metavariable is any receiver. */
function pathOf(text: string): string | undefined {
	if (!/^\$?[A-Za-z_]\w*(?:\(\))?(?:\.[A-Za-z_]\w*(?:\(\))?)*$/.test(text)) return undefined
	const path = text.replace(/^\$[A-Z_][A-Z_0-9]*/, '*')
	return path === '*' || path.includes('$') ? undefined : path
}

function namedArgumentOf(part: string): PatternArgument | undefined {
	const named = /^([A-Za-z_]\w*)\s*=(?!=)\s*(.+)$/s.exec(part)
	const value = argumentOf(named ? (named[2] ?? '') : part)?.value
	if (!value) return undefined
	return named ? { keyword: named[1] ?? '', value } : { value }
}

function argumentOf(text: string): PatternArgument | undefined {
	const value = formOf(text.trim())
	return value && { value }
}

function formOf(text: string): Argument | undefined {
	if (text === '...') return { form: 'rest' }
	if (/^\$[A-Z_][A-Z_0-9]*$/.test(text)) return { form: 'variable', name: text }
	if (/^(["'])\.\.\.\1$/.test(text)) return { form: 'text' }
	const quoted = /^(["'])((?:(?!\1)[^\\])*)\1$/s.exec(text)
	if (quoted) return { form: 'constant', is: quoted[2] ?? '' }
	if (/^-?\d+(\.\d+)?$/.test(text)) return { form: 'constant', is: Number(text) }
	return Object.hasOwn(constants, text) ? { form: 'constant', is: constants[text] ?? null } : undefined
}

/** At commas that are in no brackets and no quotes; undefined where these do not come in pairs. */
function splitArguments(text: string): string[] | undefined {
	const parts: string[] = []
	let part = ''
	let depth = 0
	let quote = ''
	for (const character of text) {
		if (quote !== '') quote = character === quote ? '' : quote
		else if (character === '"' || character === "'") quote = character
		else if ('([{'.includes(character)) depth++
		else if (')]}'.includes(character)) depth--
		if (depth < 0) return undefined
		if (character === ',' && depth === 0 && quote === '') {
			parts.push(part.trim())
			part = ''
		} else part += character
	}
	if (depth !== 0 || quote !== '') return undefined
	if (part.trim() !== '') parts.push(part.trim())
	return parts
}

// ---------- what the parts of a rule become

/** @param focus the metavariable that counts, if one is named; without one all of the call does */
export function sinkOf(
	pattern: SemgrepPattern,
	focus: string | undefined,
	when: readonly Condition[],
): SinkRule | string {
	if (pattern.kind === 'read') return 'A sink is a call or an assignment.'
	if (pattern.kind === 'assign') return { assign: pattern.path, ...some([...valueConditions(pattern), ...when]) }
	const conditions = conditionsOf(pattern.arguments)
	if (typeof conditions === 'string') return conditions
	const all = some([...conditions, ...when])
	if (focus === undefined) return { call: pattern.path, arguments: ['all'], ...all }
	const place = placeOf(pattern.arguments, focus)
	if (place === undefined) return `${focus} stands after "...": its position is not known.`
	return { call: pattern.path, arguments: [place], ...all }
}

export function sourceOf(pattern: SemgrepPattern, label: string): SourceRule | string {
	if (pattern.kind === 'assign') return 'A source is a call or a field that is read.'
	if (pattern.kind === 'read') return { label, read: pattern.path }
	const conditions = conditionsOf(pattern.arguments)
	return typeof conditions === 'string' ? conditions : { label, call: pattern.path, ...some(conditions) }
}

export function sanitizerOf(pattern: SemgrepPattern, kind: SinkKind): SanitizerRule | string {
	if (pattern.kind !== 'call') return 'A sanitizer is a call.'
	const conditions = conditionsOf(pattern.arguments)
	return typeof conditions === 'string' ? conditions : { call: pattern.path, kinds: [kind], ...some(conditions) }
}

export function findOf(pattern: SemgrepPattern, when: readonly Condition[]): FindRule | string {
	if (pattern.kind === 'read') return { read: pattern.path, ...some(when) }
	if (pattern.kind === 'assign') return { assign: pattern.path, ...some([...valueConditions(pattern), ...when]) }
	const conditions = conditionsOf(pattern.arguments)
	return typeof conditions === 'string' ? conditions : { call: pattern.path, ...some([...conditions, ...when]) }
}

/** Where a metavariable stands: a position or the name of a keyword argument. */
export function placeOf(list: readonly PatternArgument[], name: string): number | string | undefined {
	const at = list.findIndex(({ value }) => value.form === 'variable' && value.name === name)
	const found = list[at]
	if (!found) return undefined
	if (found.keyword !== undefined) return found.keyword
	return list.slice(0, at).some(({ value }) => value.form === 'rest') ? undefined : at
}

function conditionsOf(list: readonly PatternArgument[]): Condition[] | string {
	const conditions: Condition[] = []
	let isAfterRest = false
	for (const [at, { keyword, value }] of list.entries()) {
		if (value.form === 'rest') isAfterRest = true
		if (value.form === 'constant' || value.form === 'text') {
			if (keyword === undefined && isAfterRest) return 'A constant stands after "...": its position is not known.'
			const argument = keyword ?? at
			conditions.push(value.form === 'text' ? { argument, form: 'text', constant: true } : { argument, is: value.is })
		}
	}
	return conditions
}

function valueConditions({ value: { value } }: Extract<SemgrepPattern, { readonly kind: 'assign' }>): Condition[] {
	if (value.form === 'constant') return [{ value: true, is: value.is }]
	return value.form === 'text' ? [{ value: true, form: 'text', constant: true }] : []
}

function some(when: readonly Condition[]): { readonly when?: readonly Condition[] } {
	return when.length > 0 ? { when } : {}
}
