import { safePattern } from '../../core/security/regex/safePattern.ts'
import type { Condition, RuleFile, SecurityRule } from '../../core/security/rules/ruleTypes.ts'
import type { DataPath, RuleComplaint } from './ruleComplaint.ts'

/** What a schema cannot say: patterns that end in time, ids that are unique, texts that fit together. */
export function checkRules(file: RuleFile): RuleComplaint[] {
	return [...patternsOf(file).flatMap(badPattern), ...(file.rules ?? []).flatMap((rule, at) => badRule(file, rule, at))]
}

interface PatternAt {
	readonly path: DataPath
	readonly pattern: string
	readonly form: 'part' | 'whole'
}

/** All regular expressions of a file, with where they stand. */
export function patternsOf(file: RuleFile): PatternAt[] {
	const found: PatternAt[] = []
	const add = (path: DataPath, pattern: string | undefined, form: PatternAt['form']) => {
		if (pattern !== undefined) found.push({ path, pattern, form })
	}
	const addConditions = (path: DataPath, when: readonly Condition[] | undefined) => {
		for (const [at, { matches, text }] of (when ?? []).entries()) {
			add([...path, 'when', at, 'matches'], matches, 'part')
			add([...path, 'when', at, 'text'], text, 'part')
		}
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
	for (const [at, { sinks, finds }] of (file.rules ?? []).entries()) {
		for (const [index, { when }] of (sinks ?? []).entries()) addConditions(['rules', at, 'sinks', index], when)
		for (const [index, { string, pattern, when }] of (finds ?? []).entries()) {
			add(['rules', at, 'finds', index, 'string'], string, 'part')
			add(['rules', at, 'finds', index, 'pattern'], pattern, 'part')
			addConditions(['rules', at, 'finds', index], when)
		}
	}
	return found
}

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
