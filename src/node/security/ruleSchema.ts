import * as v from 'valibot'
import type { IrLanguage } from '../../core/security/ir/ir.ts'
import type {
	CallbackRule,
	Condition,
	Confidence,
	EntryRule,
	FindRule,
	FunctionDoes,
	GuardRule,
	PropagatorRule,
	RewriteRule,
	RuleFile,
	SanitizerRule,
	SecurityRule,
	Severity,
	SinkKind,
	SinkRule,
	SourceKind,
	SourceRule,
	TemplateRule,
	TypeRule,
} from '../../core/security/rules/ruleTypes.ts'

/** What a file of rules must look like. The types in core say what each part means; what is said here is shown by editors. */

type Schema = v.GenericSchema<unknown, unknown>

/** An object with exactly the keys of a type: one that the type gains is missed here by the type checker. */
function object<Type>() {
	return <const Entries extends { readonly [Key in keyof Required<Type>]: Schema }>(entries: Entries) =>
		v.strictObject(entries)
}

/** All of the words of a type: one that the type gains is missed here by the type checker. */
function oneOf<Word extends string>(words: Readonly<Record<Word, true>>) {
	return v.picklist(Object.keys(words) as Word[])
}

const optional = <const Of extends Schema>(of: Of) => v.exactOptional(of)
const list = <const Of extends Schema>(of: Of) => v.pipe(v.array(of), v.minLength(1, 'An empty list says nothing.'))

const pathPattern = v.pipe(
	v.string(),
	v.nonEmpty('A path is empty.'),
	v.maxLength(2_000, 'A path has at most 2,000 characters.'),
	v.regex(/^\S+$/, 'A path has no spaces.'),
	v.check(hasPairs, 'Brackets of a path must come in pairs.'),
)
const paths = v.union([pathPattern, list(pathPattern)], 'A path, or a list of paths.')
const pattern = v.pipe(v.string(), v.nonEmpty('A pattern is empty.'), v.description('A regular expression.'))
const text = v.pipe(v.string(), v.nonEmpty('A text is empty.'))
const position = v.pipe(v.number(), v.integer(), v.minValue(0, 'Positions count from 0.'), v.maxValue(99))

const languages = oneOf<IrLanguage>({
	...{ javascript: true, python: true, java: true, go: true, php: true, ruby: true, csharp: true, c: true },
})
const sinkKind = oneOf<SinkKind>({
	...{
		sql: true,
		nosql: true,
		command: true,
		code: true,
		html: true,
		path: true,
		url: true,
		redirect: true,
		ldap: true,
		dn: true,
	},
	...{ xpath: true, template: true, header: true, log: true, xml: true, deserialization: true, prototype: true },
	...{
		mass: true,
		regex: true,
		format: true,
		reflection: true,
		scheme: true,
		option: true,
		session: true,
		crypto: true,
		sign: true,
		size: true,
		secret: true,
		encoded: true,
	},
	other: true,
})
const sourceKind = oneOf<SourceKind>({
	...{ remote: true, local: true, stored: true, sensitive: true, archive: true, unsafe: true, library: true },
})
const severity = oneOf<Severity>({ critical: true, high: true, medium: true, low: true })
const confidence = oneOf<Confidence>({ high: true, medium: true, low: true })
const does = oneOf<FunctionDoes>({
	nothing: true,
	returnsTrue: true,
	alwaysTrue: true,
	acceptsAny: true,
	verifiesNothing: true,
	answersYes: true,
	returnsArgument: true,
})
const kinds = v.union([list(sinkKind), v.literal('all')], 'A list of kinds of sinks, or all.')
const scalar = v.union([v.string(), v.number(), v.boolean(), v.null()], 'A text, number, true, false or null.')
const argumentOf = v.union([position, v.picklist(['receiver', 'all'])], 'A position from 0, receiver or all.')
const place = v.union([position, text], 'A position from 0 or a name.')

const condition = object<Condition>()({
	argument: optional(place),
	receiver: optional(v.literal(true)),
	value: optional(v.literal(true)),
	property: optional(text),
	is: optional(v.union([scalar, list(scalar)], 'A text, number, true, false or null, or a list of these.')),
	otherwise: optional(v.union([v.string(), v.number(), v.boolean()], 'A text, number, true or false.')),
	matches: optional(pattern),
	below: optional(v.number()),
	above: optional(v.number()),
	missing: optional(v.boolean()),
	constant: optional(v.boolean()),
	form: optional(v.picklist(['text', 'number', 'list', 'object', 'function', 'concatenation', 'made', 'bound'])),
	declares: optional(pattern),
	shows: optional(pattern),
	does: optional(does),
	calls: optional(pattern),
	asks: optional(pattern),
	declared: optional(pattern),
	under: optional(pattern),
	around: optional(pattern),
	through: optional(pattern),
	along: optional(pattern),
	field: optional(pattern),
	file: optional(pattern),
	path: optional(paths),
	text: optional(pattern),
	exceeds: optional(position),
	unit: optional(v.number()),
	times: optional(position),
	formatted: optional(v.boolean()),
	room: optional(v.number()),
	measures: optional(position),
	slow: optional(v.boolean()),
	unbounded: optional(v.boolean()),
	ignored: optional(v.boolean()),
	goesOn: optional(v.literal(true)),
	unreleased: optional(pattern),
	orEmpty: optional(v.boolean()),
	cyclicSchema: optional(v.boolean()),
	lastUse: optional(v.boolean()),
	kept: optional(v.boolean()),
	unended: optional(v.boolean()),
	unset: optional(v.boolean()),
	bound: optional(pattern),
	tainted: optional(list(sourceKind)),
	harms: optional(sinkKind),
	compared: optional(sinkKind),
	not: optional(v.boolean()),
})
const when = optional(list(condition))

const type = object<TypeRule>()({ path: paths, is: pathPattern })

const callback = object<CallbackRule>()({
	call: paths,
	argument: optional(place),
	property: optional(text),
	parameters: v.array(v.string()),
	returns: optional(v.boolean()),
	count: optional(position),
	when,
})

const entry = object<EntryRule>()({
	annotation: optional(paths),
	classAnnotation: optional(paths),
	alsoAnnotated: optional(paths),
	base: optional(paths),
	name: optional(pattern),
	parameterNames: optional(list(pattern)),
	parameterType: optional(paths),
	isExported: optional(v.boolean()),
	isLibrary: optional(v.literal(true)),
	parameters: optional(v.array(v.string())),
	otherParameters: optional(sourceKind),
	isFirst: optional(v.boolean()),
})

const sourceKeys = [
	'read',
	'call',
	'parameter',
	'parameterAnnotation',
	'parameterType',
	'fieldAnnotation',
	'fieldOf',
	'variable',
] as const
const sinkKeys = ['call', 'assign', 'returns', 'element', 'index', 'regex', 'template'] as const
const findKeys = [
	'call',
	'assign',
	'read',
	'string',
	'pattern',
	'annotation',
	'regex',
	'overrides',
	'element',
	'memory',
	'name',
	'unlike',
	'unused',
	'unawaited',
	'owner',
	'failsOpen',
	'fallsInto',
	'skippable',
	'route',
	'undisposed',
	'covers',
	'leaves',
] as const

const source = v.pipe(
	object<SourceRule>()({
		label: v.pipe(text, v.maxLength(60, 'A label has at most 60 characters.')),
		kind: optional(sourceKind),
		read: optional(paths),
		call: optional(paths),
		argument: optional(argumentOf),
		parameter: optional(pattern),
		parameterAnnotation: optional(paths),
		fieldAnnotation: optional(paths),
		fieldOf: optional(paths),
		field: optional(pattern),
		parameterType: optional(paths),
		variable: optional(pattern),
		cleanFor: optional(list(sinkKind)),
		when,
	}),
	v.check((it) => countOf(it, sourceKeys) === 1, `A source has exactly one of ${sourceKeys.join(', ')}.`),
)

const sanitizer = object<SanitizerRule>()({
	call: paths,
	kinds,
	cleans: optional(
		v.union(
			[position, v.picklist(['result', 'receiver', 'everything'])],
			'A position from 0, result, receiver or everything.',
		),
	),
	when,
})

const guard = object<GuardRule>()({
	call: paths,
	argument: optional(v.union([position, v.literal('receiver')], 'A position from 0 or receiver.')),
	kinds,
	safeWhen: optional(v.union([v.boolean(), v.literal('returns')], 'true, false or returns.')),
	derived: optional(v.boolean()),
	item: optional(v.boolean()),
	when,
})

const propagator = object<PropagatorRule>()({
	call: paths,
	from: optional(list(place)),
	to: optional(
		v.array(v.union([position, v.picklist(['receiver', 'result'])], 'A position from 0, receiver or result.')),
	),
	cleanFor: optional(list(sinkKind)),
	undoes: optional(list(sinkKind)),
	fetches: optional(v.boolean()),
	decodes: optional(v.boolean()),
})

const template = object<TemplateRule>()({
	call: paths,
	name: optional(place),
	text: optional(position),
	syntax: optional(v.picklist(['curly', 'handlebars', 'ejs', 'pug', 'freemarker'])),
	values: optional(place),
	when,
})

const sink = v.pipe(
	object<SinkRule>()({
		call: optional(paths),
		arguments: optional(list(place)),
		kind: optional(sinkKind),
		property: optional(text),
		assign: optional(paths),
		returns: optional(paths),
		returnType: optional(text),
		ofCaller: optional(v.boolean()),
		element: optional(text),
		attribute: optional(text),
		index: optional(paths),
		part: optional(v.picklist(['key', 'value'])),
		regex: optional(v.literal('slow')),
		template: optional(v.picklist(['unescaped', 'script', 'attribute', 'address'])),
		when,
		confidence: optional(confidence),
	}),
	v.check((it) => countOf(it, sinkKeys) === 1, `A sink has exactly one of ${sinkKeys.join(', ')}.`),
)

const find = v.pipe(
	object<FindRule>()({
		call: optional(paths),
		assign: optional(paths),
		read: optional(paths),
		string: optional(pattern),
		pattern: optional(pattern),
		annotation: optional(paths),
		lacks: optional(paths),
		fewest: optional(position),
		among: optional(paths),
		unless: optional(pattern),
		except: optional(pattern),
		regex: optional(v.literal('slow')),
		overrides: optional(paths),
		does: optional(does),
		unlike: optional(pattern),
		unused: optional(paths),
		unawaited: optional(paths),
		owner: optional(pattern),
		failsOpen: optional(pattern),
		answer: optional(v.boolean()),
		fallsInto: optional(pattern),
		skippable: optional(pattern),
		lookup: optional(pattern),
		behind: optional(pattern),
		takes: optional(pattern),
		personal: optional(pattern),
		above: optional(pattern),
		route: optional(pattern),
		undisposed: optional(paths),
		covers: optional(pattern),
		leaves: optional(v.picklist(['sometimes', 'always'])),
		base: optional(pattern),
		method: optional(pattern),
		name: optional(pattern),
		memory: optional(
			oneOf<NonNullable<FindRule['memory']>>({
				...{
					outOfBounds: true,
					useAfterFree: true,
					doubleFree: true,
					freeOfOther: true,
					uninitialized: true,
					unasked: true,
					freeOtherwise: true,
					ownedTwice: true,
					stale: true,
					dangling: true,
					moved: true,
					unlocked: true,
					ofRequest: true,
				},
			}),
		),
		property: optional(text),
		element: optional(text),
		attribute: optional(text),
		when,
		confidence: optional(confidence),
	}),
	v.check(
		// A property alone is one of any object.
		(it) => countOf(it, findKeys) === 1 || (countOf(it, findKeys) === 0 && it.property !== undefined),
		`A find has exactly one of ${findKeys.join(', ')}.`,
	),
)

const rewrite = object<RewriteRule>()({
	replace: v.picklist(['callee', 'argument', 'keyword', 'property', 'assigned', 'call']),
	argument: optional(place),
	property: optional(text),
	of: optional(pattern),
	isStatement: optional(v.literal(true)),
	without: optional(v.array(place)),
	with: v.string(),
	title: text,
})

const rule = v.pipe(
	object<SecurityRule>()({
		id: v.pipe(
			v.string(),
			v.maxLength(100, 'An id has at most 100 characters.'),
			v.regex(/^[a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+(-[a-z0-9]+)*)+$/, 'An id is like javascript/express-reflected-xss.'),
		),
		title: v.pipe(text, v.maxLength(60, 'A title has at most 60 characters.')),
		message: v.pipe(text, v.maxLength(400, 'A message has at most 400 characters.')),
		severity,
		confidence,
		cwe: list(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9_999))),
		owasp: v.array(v.pipe(v.string(), v.regex(/^(A(0[1-9]|10))$/, 'A category of the OWASP Top 10:2021 is like A03.'))),
		asvs: optional(
			list(v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, 'A requirement of ASVS is like "5.3.4", in quotes.'))),
		),
		fix: text,
		kind: optional(sinkKind),
		sources: optional(list(sourceKind)),
		sinks: optional(list(sink)),
		finds: optional(list(find)),
		isUndeniable: optional(v.boolean()),
		rewrites: optional(list(rewrite)),
		description: text,
		references: v.array(v.pipe(v.string(), v.regex(/^https:\/\/\S+$/, 'A reference is an address with https://.'))),
		example: v.strictObject({ bad: text, good: text }),
		tests: optional(v.strictObject({ bad: optional(v.array(text)), good: optional(v.array(text)) })),
	}),
	v.check(
		({ sinks, finds }) => sinks !== undefined || finds !== undefined,
		'A rule has sinks (tainted data does harm) or finds (code that is wrong whatever data it gets).',
	),
	v.check(({ sinks, kind }) => sinks === undefined || kind !== undefined, 'A rule with sinks says its kind.'),
	v.check(
		({ sinks, kind, sources }) => sinks !== undefined || (!kind && !sources),
		'A rule without sinks has no kind and no sources.',
	),
)

export const ruleFileSchema = object<RuleFile>()({
	language: v.union([languages, list(languages)], 'A language, or a list of languages.'),
	library: optional(text),
	versions: optional(text),
	types: optional(v.array(type)),
	callbacks: optional(v.array(callback)),
	entries: optional(v.array(entry)),
	sources: optional(v.array(source)),
	sanitizers: optional(v.array(sanitizer)),
	guards: optional(v.array(guard)),
	propagators: optional(v.array(propagator)),
	templates: optional(v.array(template)),
	rules: optional(v.array(rule)),
})

function countOf(value: object, keys: readonly string[]): number {
	return keys.filter((key) => Object.hasOwn(value, key)).length
}

function hasPairs(path: string): boolean {
	const open: string[] = []
	const closers: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' }
	for (const character of path) {
		if (closers[character]) open.push(closers[character])
		else if ('})]'.includes(character) && open.pop() !== character) return false
	}
	return open.length === 0
}
