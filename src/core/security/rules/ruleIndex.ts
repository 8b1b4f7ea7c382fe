import type { IrLanguage } from '../ir/ir.ts'
import { expandPath, PathTable } from './pathTable.ts'
import { compilePattern } from './patterns.ts'
import { RuleCache } from './ruleCache.ts'
import type {
	CallbackRule,
	EntryRule,
	FindRule,
	GuardRule,
	PropagatorRule,
	RuleFile,
	SanitizerRule,
	SecurityRule,
	SinkRule,
	SourceRule,
	TemplateRule,
} from './ruleTypes.ts'

export interface RuleSink {
	readonly rule: SecurityRule
	readonly sink: SinkRule
}

export interface RuleFind {
	readonly rule: SecurityRule
	readonly find: FindRule
}

/** All that rules say of one call. */
export type CallEntry =
	| { readonly form: 'source'; readonly source: SourceRule }
	| { readonly form: 'sanitizer'; readonly sanitizer: SanitizerRule }
	| { readonly form: 'guard'; readonly guard: GuardRule }
	| { readonly form: 'propagator'; readonly propagator: PropagatorRule }
	| { readonly form: 'callback'; readonly callback: CallbackRule }
	| { readonly form: 'template'; readonly template: TemplateRule }
	| ({ readonly form: 'sink' } & RuleSink)
	| ({ readonly form: 'find' } & RuleFind)

export type ReadEntry =
	| { readonly form: 'source'; readonly source: SourceRule }
	| ({ readonly form: 'find' } & RuleFind)

export type AssignEntry = ({ readonly form: 'sink' } & RuleSink) | ({ readonly form: 'find' } & RuleFind)

/** The rules for one language, in the order in which the analysis asks for them. */
export interface RuleIndex {
	readonly language: IrLanguage
	readonly rules: ReadonlyMap<string, SecurityRule>
	readonly calls: PathTable<CallEntry>
	readonly reads: PathTable<ReadEntry>
	readonly assigns: PathTable<AssignEntry>
	readonly indexes: PathTable<RuleSink>
	readonly types: PathTable<string>
	readonly entries: readonly EntryRule[]
	/** Sources that are parameters: by name, annotation or type. */
	readonly parameters: readonly SourceRule[]
	/** Sources that are fields with an annotation. */
	readonly fields: readonly SourceRule[]
	/** The source that a variable of this name is. */
	variable(name: string): SourceRule | undefined
	/** Sinks that are results of functions with an annotation. */
	readonly returns: readonly RuleSink[]
	readonly elements: readonly (RuleSink | RuleFind)[]
	readonly strings: readonly {
		readonly rule: SecurityRule
		readonly find: FindRule
		readonly pattern: Pick<RegExp, 'test'>
	}[]
	readonly regexes: readonly RuleFind[]
	/** Literals of regular expressions, by their source. */
	readonly patterns: readonly {
		readonly rule: SecurityRule
		readonly find: FindRule
		readonly pattern: Pick<RegExp, 'test'>
	}[]
	/** Sinks that are matched against an expression that is slow. */
	readonly slowMatches: readonly RuleSink[]
	/** Sinks that are what templates show. */
	readonly templates: readonly RuleSink[]
	readonly annotations: readonly RuleFind[]
	/** Methods without an annotation that those beside them have. */
	readonly lacking: readonly RuleFind[]
	readonly overrides: readonly RuleFind[]
	/** What is looked up for its owner only. */
	readonly owners: readonly RuleFind[]
	/** Routes without what the others beside them have. */
	readonly openRoutes: readonly RuleFind[]
	/** Lists of rules for addresses of which the first that fits counts. */
	readonly coveredPaths: readonly RuleFind[]
	/** What must not stay in a variable of the thread. */
	readonly leftInThread: readonly RuleFind[]
	/** What has to be given back. */
	readonly undisposed: readonly RuleFind[]
	/** Answers of checks that somebody has to look at, by the call that gives them. */
	readonly answers: PathTable<RuleFind>
	/** Promises that nobody may take for their answer. */
	readonly unawaited: readonly RuleFind[]
	/** What says which methods have to check what others check. */
	readonly siblings: readonly RuleFind[]
	readonly properties: ReadonlyMap<string, readonly RuleFind[]>
	/** Calls by the name of what is called. */
	readonly names: readonly (RuleFind & { readonly pattern: Pick<RegExp, 'test'> })[]
	/** Functions that must not answer yes where an error kept them from checking, by their names. */
	readonly openFailures: readonly (RuleFind & { readonly pattern: Pick<RegExp, 'test'> })[]
	/** Cases that go on into the next one, by what their `switch` is about. */
	readonly fallenCases: readonly (RuleFind & { readonly pattern: Pick<RegExp, 'test'> })[]
	readonly skippable: readonly (RuleFind & { readonly pattern: Pick<RegExp, 'test'> })[]
	/** What is done to memory, by the defect. */
	readonly memory: ReadonlyMap<string, readonly RuleFind[]>
	readonly cache: RuleCache
	/** Every path that a rule names, and the paths that these begin with. */
	knows(path: string): boolean
}

export function indexRules(language: IrLanguage, files: readonly RuleFile[]): RuleIndex {
	const own = files.filter((it) =>
		typeof it.language === 'string' ? it.language === language : it.language.includes(language),
	)
	const prefixes = new Set<string>()
	const calls = new PathTable<CallEntry>()
	const reads = new PathTable<ReadEntry>()
	const assigns = new PathTable<AssignEntry>()
	const indexes = new PathTable<RuleSink>()
	const types = new PathTable<string>()
	const entries: EntryRule[] = []
	const parameters: SourceRule[] = []
	const fields: SourceRule[] = []
	const variables: { readonly pattern: Pick<RegExp, 'test'>; readonly source: SourceRule }[] = []
	const namedVariables = new Map<string, SourceRule | undefined>()
	const returns: RuleSink[] = []
	const elements: (RuleSink | RuleFind)[] = []
	const strings: { readonly rule: SecurityRule; readonly find: FindRule; readonly pattern: Pick<RegExp, 'test'> }[] = []
	const regexes: RuleFind[] = []
	const patterns: { readonly rule: SecurityRule; readonly find: FindRule; readonly pattern: Pick<RegExp, 'test'> }[] =
		[]
	const slowMatches: RuleSink[] = []
	const templates: RuleSink[] = []
	const annotations: RuleFind[] = []
	const lacking: RuleFind[] = []
	const overrides: RuleFind[] = []
	const siblings: RuleFind[] = []
	const answers = new PathTable<RuleFind>()
	const owners: RuleFind[] = []
	const unawaited: RuleFind[] = []
	const openRoutes: RuleFind[] = []
	const undisposed: RuleFind[] = []
	const coveredPaths: RuleFind[] = []
	const leftInThread: RuleFind[] = []
	const properties = new Map<string, RuleFind[]>()
	const memory = new Map<string, RuleFind[]>()
	const openFailures: (RuleFind & { readonly pattern: Pick<RegExp, 'test'> })[] = []
	const fallenCases: (RuleFind & { readonly pattern: Pick<RegExp, 'test'> })[] = []
	const skippable: (RuleFind & { readonly pattern: Pick<RegExp, 'test'> })[] = []
	const names: (RuleFind & { readonly pattern: Pick<RegExp, 'test'> })[] = []
	const rules = new Map<string, SecurityRule>()

	const addCall = (paths: string | readonly string[], entry: CallEntry): void => {
		const list = callPaths(paths)
		calls.add(list, entry)
		for (const path of list) addPrefixes(path, prefixes)
	}

	for (const file of own) {
		for (const it of file.types ?? []) {
			types.add(it.path, it.is)
			for (const path of typeof it.path === 'string' ? [it.path] : it.path)
				for (const one of expandPath(path)) addPrefixes(one, prefixes)
			addPrefixes(it.is, prefixes)
		}
		for (const callback of file.callbacks ?? []) addCall(callback.call, { form: 'callback', callback })
		entries.push(...(file.entries ?? []))
		for (const it of namedByParameters(file)) for (const one of expandPath(it)) addPrefixes(one, prefixes)
		for (const source of file.sources ?? []) {
			if (source.call !== undefined) addCall(source.call, { form: 'source', source })
			else if (source.read !== undefined) {
				reads.add(source.read, { form: 'source', source })
				for (const path of typeof source.read === 'string' ? [source.read] : source.read)
					for (const one of expandPath(path)) addPrefixes(one, prefixes)
			} else if (source.variable !== undefined) {
				const [, mode = '', own = ''] = /^(\(\?i\))?([\s\S]*)$/.exec(source.variable) ?? []
				const pattern = compilePattern(`${mode}^(?:${own})$`)
				if (pattern) variables.push({ pattern, source })
			} else if (source.fieldAnnotation !== undefined || source.fieldOf !== undefined) fields.push(source)
			else parameters.push(source)
		}
		for (const sanitizer of file.sanitizers ?? []) addCall(sanitizer.call, { form: 'sanitizer', sanitizer })
		for (const guard of file.guards ?? []) addCall(guard.call, { form: 'guard', guard })
		for (const propagator of file.propagators ?? []) addCall(propagator.call, { form: 'propagator', propagator })
		for (const template of file.templates ?? []) addCall(template.call, { form: 'template', template })
		for (const rule of file.rules ?? []) {
			rules.set(rule.id, rule)
			for (const sink of rule.sinks ?? []) {
				if (sink.call !== undefined) addCall(sink.call, { form: 'sink', rule, sink })
				else if (sink.assign !== undefined) assigns.add(sink.assign, { form: 'sink', rule, sink })
				else if (sink.index !== undefined) indexes.add(sink.index, { rule, sink })
				else if (sink.returns !== undefined) returns.push({ rule, sink })
				else if (sink.element !== undefined) elements.push({ rule, sink })
				else if (sink.regex !== undefined) slowMatches.push({ rule, sink })
				else if (sink.template !== undefined) templates.push({ rule, sink })
			}
			for (const find of rule.finds ?? []) {
				if (find.call !== undefined) addCall(find.call, { form: 'find', rule, find })
				else if (find.assign !== undefined) assigns.add(find.assign, { form: 'find', rule, find })
				else if (find.read !== undefined) reads.add(find.read, { form: 'find', rule, find })
				else if (find.string !== undefined) {
					const pattern = compilePattern(find.string)
					if (pattern) strings.push({ rule, find, pattern })
				} else if (find.pattern !== undefined) {
					const pattern = compilePattern(find.pattern)
					if (pattern) patterns.push({ rule, find, pattern })
				} else if (find.regex !== undefined) regexes.push({ rule, find })
				else if (find.lacks !== undefined) lacking.push({ rule, find })
				else if (find.annotation !== undefined) annotations.push({ rule, find })
				else if (find.overrides !== undefined) overrides.push({ rule, find })
				else if (find.unlike !== undefined) siblings.push({ rule, find })
				else if (find.owner !== undefined) owners.push({ rule, find })
				else if (find.route !== undefined) openRoutes.push({ rule, find })
				else if (find.covers !== undefined) coveredPaths.push({ rule, find })
				else if (find.leaves !== undefined) leftInThread.push({ rule, find })
				else if (find.undisposed !== undefined) {
					undisposed.push({ rule, find })
					for (const path of callPaths(find.undisposed)) addPrefixes(path, prefixes)
				} else if (find.unused !== undefined) {
					answers.add(find.unused, { rule, find })
					for (const path of callPaths(find.unused)) addPrefixes(path, prefixes)
				} else if (find.unawaited !== undefined) {
					unawaited.push({ rule, find })
					for (const path of callPaths(find.unawaited)) addPrefixes(path, prefixes)
				} else if (find.element !== undefined) elements.push({ rule, find })
				else if (find.name !== undefined) {
					const pattern = compilePattern(find.name)
					if (pattern) names.push({ rule, find, pattern })
				} else if (find.failsOpen !== undefined) {
					const pattern = compilePattern(find.failsOpen)
					if (pattern) openFailures.push({ rule, find, pattern })
				} else if (find.fallsInto !== undefined) {
					const pattern = compilePattern(find.fallsInto)
					if (pattern) fallenCases.push({ rule, find, pattern })
				} else if (find.skippable !== undefined) {
					const pattern = compilePattern(find.skippable)
					if (pattern) skippable.push({ rule, find, pattern })
				} else if (find.memory !== undefined) addTo(memory, find.memory, { rule, find })
				else if (find.property !== undefined) addTo(properties, find.property, { rule, find })
			}
		}
	}
	return {
		language,
		rules,
		calls,
		reads,
		assigns,
		indexes,
		types,
		entries,
		parameters,
		fields,
		returns,
		elements,
		strings,
		regexes,
		patterns,
		slowMatches,
		templates,
		annotations,
		lacking,
		overrides,
		siblings,
		answers,
		unawaited,
		owners,
		openRoutes,
		undisposed,
		coveredPaths,
		leftInThread,
		properties,
		variable: (name) => {
			if (variables.length === 0) return undefined
			if (!namedVariables.has(name))
				namedVariables.set(name, variables.find(({ pattern }) => pattern.test(name))?.source)
			return namedVariables.get(name)
		},
		memory,
		names,
		openFailures,
		fallenCases,
		skippable,
		cache: new RuleCache(),
		knows: (path) => prefixes.has(path),
	}
}

function addTo(map: Map<string, RuleFind[]>, key: string, entry: RuleFind): void {
	const list = map.get(key)
	if (list) list.push(entry)
	else map.set(key, [entry])
}

/** Annotations, types and classes that a file names beside calls. */
function namedByParameters({ entries, sources, rules }: RuleFile): readonly string[] {
	const named = [
		...(entries ?? []).flatMap((it) => [
			it.annotation,
			it.classAnnotation,
			it.alsoAnnotated,
			it.base,
			it.parameterType,
		]),
		...(sources ?? []).flatMap((it) => [it.parameterAnnotation, it.parameterType, it.fieldAnnotation, it.fieldOf]),
		...(rules ?? []).flatMap((rule) => (rule.finds ?? []).flatMap((it) => [it.annotation, it.lacks, it.among])),
		...(rules ?? []).flatMap((rule) => (rule.finds ?? []).map((it) => it.overrides)),
		...(rules ?? []).flatMap((rule) => [
			...(rule.finds ?? []).flatMap((it) => [it.assign, it.read]),
			...(rule.sinks ?? []).flatMap((it) => [it.assign, it.index, it.returns]),
		]),
		...(rules ?? []).flatMap((rule) =>
			[...(rule.finds ?? []), ...(rule.sinks ?? [])].flatMap((it) => (it.when ?? []).map((one) => one.path)),
		),
	]
	return named.flatMap((it) => it ?? [])
}

/** A call may be written with its brackets. */
function callPaths(paths: string | readonly string[]): readonly string[] {
	return (typeof paths === 'string' ? [paths] : paths)
		.flatMap(expandPath)
		.map((it) => (it.endsWith('()') ? it.slice(0, -2) : it))
}

function addPrefixes(path: string, to: Set<string>): void {
	for (let at = path.length; at > 0; at = path.lastIndexOf('.', at - 1)) to.add(path.slice(0, at))
}
