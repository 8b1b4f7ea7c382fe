import { safePattern } from '../../core/security/regex/safePattern.ts'
import type { Condition, RuleFile, SecurityRule } from '../../core/security/rules/ruleTypes.ts'
import type { DataPath, RuleComplaint } from './ruleComplaint.ts'

/** What a schema cannot say: patterns that end in time, ids that are unique, texts that fit together. */
export function checkRules(file: RuleFile, isOwn = false): RuleComplaint[] {
	return [
		...patternsOf(file, isOwn).flatMap(badPattern),
		...(file.rules ?? []).flatMap((rule, at) => badRule(file, rule, at)),
	]
}

interface PatternAt {
	readonly path: DataPath
	readonly pattern: string
	readonly form: 'part' | 'whole'
}

/**
 * The regular expressions of a file, with where they stand. Of a file that comes with a workspace all of them are asked; those of ours that look at the text
 * of a function or file may take the square of it, which has a limit.
 */
function patternsOf(file: RuleFile, isOwn: boolean): PatternAt[] {
	const found: PatternAt[] = []
	const add = (path: DataPath, pattern: string | undefined, form: PatternAt['form']) => {
		if (pattern !== undefined) found.push({ path, pattern, form })
	}
	const addConditions = (path: DataPath, when: readonly Condition[] | undefined) => {
		for (const [at, condition] of (when ?? []).entries())
			for (const key of isOwn ? conditionPatterns : plainPatterns)
				add([...path, 'when', at, key], condition[key], 'part')
	}
	for (const [at, { name, parameterNames }] of (file.entries ?? []).entries()) {
		add(['entries', at, 'name'], name, 'whole')
		for (const [index, pattern] of (parameterNames ?? []).entries()) {
			add(['entries', at, 'parameterNames', index], pattern, 'whole')
		}
	}
	for (const [at, source] of (file.sources ?? []).entries()) {
		add(['sources', at, 'parameter'], source.parameter, 'whole')
		add(['sources', at, 'variable'], source.variable, 'whole')
		addConditions(['sources', at], source.when)
	}
	for (const [at, { when }] of (file.sanitizers ?? []).entries()) addConditions(['sanitizers', at], when)
	for (const [at, { when }] of (file.guards ?? []).entries()) addConditions(['guards', at], when)
	for (const [at, { sinks, finds, rewrites }] of (file.rules ?? []).entries()) {
		for (const [index, { when }] of (sinks ?? []).entries()) addConditions(['rules', at, 'sinks', index], when)
		for (const [index, find] of (finds ?? []).entries()) {
			for (const key of isOwn ? findPatterns : literalPatterns)
				add(['rules', at, 'finds', index, key], find[key], 'part')
			addConditions(['rules', at, 'finds', index], find.when)
		}
		for (const [index, { of }] of (rewrites ?? []).entries()) add(['rules', at, 'rewrites', index, 'of'], of, 'part')
	}
	return found
}

/** Keys of conditions and finds that are regular expressions. */
const plainPatterns = ['matches', 'text'] as const
const literalPatterns = ['string', 'pattern'] as const
const conditionPatterns = [
	...(['matches', 'text', 'under', 'around', 'through', 'along', 'file', 'field', 'bound'] as const),
	...(['calls', 'asks', 'declared', 'declares', 'shows', 'unreleased'] as const),
] as const
const findPatterns = [
	...([
		'string',
		'pattern',
		'unless',
		'except',
		'unlike',
		'method',
		'name',
		'failsOpen',
		'fallsInto',
		'skippable',
	] as const),
	...(['owner', 'lookup', 'behind', 'personal', 'takes', 'above', 'route'] as const),
] as const

function badPattern({ path, pattern, form }: PatternAt): RuleComplaint[] {
	const made = safePattern(pattern, form)
	return 'refused' in made ? [{ path, reason: made.refused }] : []
}

function badRule(file: RuleFile, rule: SecurityRule, at: number): RuleComplaint[] {
	const complaints: RuleComplaint[] = []
	const add = (key: string, reason: string) => complaints.push({ path: ['rules', at, key], reason })
	if (file.rules?.findIndex(({ id }) => id === rule.id) !== at) add('id', `There is another rule ${rule.id}.`)
	const unknown = [...rule.message.matchAll(/\{(\w*)\}/g)].find(([, name]) => name !== 'source' && name !== 'sink')
	if (unknown) add('message', `${unknown[0]} stands for nothing: a message knows {source} and {sink}.`)
	if (!rule.sinks && rule.message.includes('{source}')) add('message', 'A rule without sinks has no {source}.')
	for (const { replace, property, argument } of rule.rewrites ?? []) {
		if (replace === 'property' && property === undefined) add('rewrites', 'The key "property" is missing.')
		if ((replace === 'argument' || replace === 'keyword') && argument === undefined)
			add('rewrites', 'The key "argument" is missing.')
	}
	return complaints
}
