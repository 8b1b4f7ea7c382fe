import * as v from 'valibot'
import type { IrLanguage } from '../../core/security/ir/ir.ts'
import type { Condition, RuleFile, SecurityRule, Severity, SinkKind } from '../../core/security/rules/ruleTypes.ts'
import { checkRules } from './checkRules.ts'
import type { DataPath, RuleComplaint } from './ruleComplaint.ts'
import { findOf, placeOf, readPattern, type SemgrepPattern, sanitizerOf, sinkOf, sourceOf } from './semgrepPattern.ts'

/**
 * The common subset of Semgrep's rules: `mode: taint` with `pattern-sources`, `pattern-sinks` and `pattern-sanitizers`, and search
 * rules with `pattern` or `pattern-either`. Their patterns are calls (`foo.bar($X, ...)`, `new Foo(...)`), assignments to fields
 * (`$X.innerHTML = $Y`) and fields that are read (`req.query`). `patterns` may hold one of these with `focus-metavariable` and
 * `metavariable-regex`. A source that is read counts for all rules, as does a sanitizer for its kind of sink: Alcove knows these by
 * library. Everything else is refused, with the place.
 */
export function readSemgrep(data: object): { ruleFiles: readonly RuleFile[]; complaints: readonly RuleComplaint[] } {
	const parsed = v.safeParse(fileSchema, data)
	if (!parsed.success) {
		const complaints = parsed.issues.map((issue) => {
			const path = (issue.path ?? []).map(({ key }) => key as string | number)
			const isUnknown = issue.type === 'strict_object' && issue.expected === 'never'
			const reason = isUnknown
				? `"${path.at(-1)}" of Semgrep is not supported.`
				: issue.received === 'undefined'
					? `The key "${path.at(-1)}" is missing.`
					: issue.message.replace(/^Invalid \w+: /, '').replace(/\.?$/, '.')
			return { path, atKey: isUnknown, reason }
		})
		return { ruleFiles: [], complaints }
	}
	const complaints: RuleComplaint[] = []
	const ruleFiles = parsed.output.rules.map((rule, at) => {
		const translation = new Translation(rule, ['rules', at])
		const file = translation.file()
		complaints.push(...translation.complaints)
		// Their places are those of Alcove's own form: what is said is said of the rule.
		if (translation.complaints.length === 0) {
			complaints.push(...checkRules(file, true).map(({ reason }) => ({ path: ['rules', at], reason })))
		}
		return file
	})
	const ids = parsed.output.rules.map(({ id }) => id)
	for (const [at, id] of ids.entries()) {
		if (ids.indexOf(id) !== at) complaints.push({ path: ['rules', at, 'id'], reason: `There is another rule ${id}.` })
	}
	return { ruleFiles, complaints }
}

/** Whether data has the form of Semgrep's files: a list of rules that say their languages themselves. */
export function isSemgrep(data: unknown): data is object {
	if (typeof data !== 'object' || data === null || 'language' in data || !('rules' in data)) return false
	const { rules } = data
	return Array.isArray(rules) && rules.some((rule) => typeof rule === 'object' && rule !== null && 'languages' in rule)
}

const regex = v.strictObject({ metavariable: v.string(), regex: v.string() })
const focus = v.union([v.string(), v.pipe(v.array(v.string()), v.length(1, 'Only one metavariable can be in focus.'))])
const part = v.strictObject({
	pattern: v.exactOptional(v.string()),
	'pattern-either': v.exactOptional(v.array(v.strictObject({ pattern: v.string() }))),
	'focus-metavariable': v.exactOptional(focus),
	'metavariable-regex': v.exactOptional(regex),
})
const entry = v.strictObject({
	pattern: v.exactOptional(v.string()),
	'pattern-either': v.exactOptional(v.array(v.strictObject({ pattern: v.string() }))),
	patterns: v.exactOptional(v.array(part)),
})
const fileSchema = v.strictObject({
	rules: v.array(
		v.strictObject({
			id: v.pipe(v.string(), v.nonEmpty()),
			message: v.pipe(v.string(), v.nonEmpty()),
			severity: v.picklist(['ERROR', 'WARNING', 'INFO', 'CRITICAL', 'HIGH', 'MEDIUM', 'LOW']),
			languages: v.pipe(v.array(v.string()), v.minLength(1)),
			mode: v.exactOptional(v.picklist(['search', 'taint'])),
			metadata: v.exactOptional(v.record(v.string(), v.unknown())),
			pattern: v.exactOptional(v.string()),
			'pattern-either': v.exactOptional(v.array(v.strictObject({ pattern: v.string() }))),
			patterns: v.exactOptional(v.array(part)),
			'pattern-sources': v.exactOptional(v.array(entry)),
			'pattern-sinks': v.exactOptional(v.array(entry)),
			'pattern-sanitizers': v.exactOptional(v.array(entry)),
		}),
	),
})
type SemgrepRule = v.InferOutput<typeof fileSchema>['rules'][number]
type Entry = v.InferOutput<typeof entry>

const languages: Readonly<Record<string, IrLanguage>> = {
	js: 'javascript',
	javascript: 'javascript',
	ts: 'javascript',
	typescript: 'javascript',
	py: 'python',
	python: 'python',
	java: 'java',
	go: 'go',
	golang: 'go',
	php: 'php',
	ruby: 'ruby',
	csharp: 'csharp',
	'c#': 'csharp',
	c: 'c',
	cpp: 'c',
	'c++': 'c',
}

/** Which kind of sink a defect is about: a sanitizer cleans for it, and Alcove's own sanitizers count too. */
const kindsByCwe: Readonly<Record<number, SinkKind>> = {
	...{
		22: 'path',
		23: 'path',
		36: 'path',
		73: 'path',
		77: 'command',
		78: 'command',
		88: 'command',
		79: 'html',
		80: 'html',
	},
	...{
		89: 'sql',
		564: 'sql',
		90: 'ldap',
		93: 'header',
		113: 'header',
		94: 'code',
		95: 'code',
		117: 'log',
		134: 'format',
	},
	...{
		470: 'reflection',
		502: 'deserialization',
		601: 'redirect',
		611: 'xml',
		643: 'xpath',
		730: 'regex',
		915: 'mass',
	},
	...{ 918: 'url', 943: 'nosql', 1321: 'prototype', 1333: 'regex', 1336: 'template' },
}
const severities: Readonly<Record<SemgrepRule['severity'], Severity>> = {
	CRITICAL: 'critical',
	ERROR: 'high',
	HIGH: 'high',
	WARNING: 'medium',
	MEDIUM: 'medium',
	INFO: 'low',
	LOW: 'low',
}

interface FoundPattern {
	readonly pattern: SemgrepPattern
	readonly path: DataPath
	readonly focus: string | undefined
	readonly when: readonly Condition[]
}

/** One rule on its way. */
class Translation {
	readonly complaints: RuleComplaint[] = []
	private readonly rule: SemgrepRule
	private readonly path: DataPath

	constructor(rule: SemgrepRule, path: DataPath) {
		this.rule = rule
		this.path = path
	}

	file(): RuleFile {
		const language = this.languages()
		const cwe = numbersIn(this.rule.metadata?.cwe)
		const kind = cwe.map((number) => kindsByCwe[number]).find((known) => known !== undefined) ?? 'other'
		if (this.rule.mode !== 'taint') {
			this.expectAbsent('A search rule', ['pattern-sources', 'pattern-sinks', 'pattern-sanitizers'])
			const found = this.patternsOf(this.rule, this.path)
			if (found.length === 0) this.complain(this.path, 'A search rule has a pattern.')
			const finds = this.each(found, ({ pattern, when }) => findOf(pattern, when))
			return { language, rules: [{ ...this.head(cwe), finds }] }
		}
		this.expectAbsent('A taint rule', ['pattern', 'pattern-either', 'patterns'])
		const sources = this.each(this.entries('pattern-sources', true), ({ pattern }) =>
			sourceOf(pattern, 'source of the rule'),
		)
		const sinks = this.each(this.entries('pattern-sinks', true), (it) => sinkOf(it.pattern, it.focus, it.when))
		const sanitizers = this.each(this.entries('pattern-sanitizers', false), ({ pattern }) => sanitizerOf(pattern, kind))
		return { language, sources, sanitizers, rules: [{ ...this.head(cwe), kind, sinks }] }
	}

	private languages(): IrLanguage[] {
		const known = new Set<IrLanguage>()
		for (const [at, name] of this.rule.languages.entries()) {
			const language = Object.hasOwn(languages, name.toLowerCase()) ? languages[name.toLowerCase()] : undefined
			if (language) known.add(language)
			else this.complain([...this.path, 'languages', at], `Rules for ${name} are not supported.`)
		}
		return [...known]
	}

	private head(cwe: readonly number[]): SecurityRule {
		const { id, message, severity, metadata } = this.rule
		const confidence = String(metadata?.confidence ?? 'MEDIUM').toLowerCase()
		return {
			id: `semgrep/${id
				.toLowerCase()
				.replace(/[^a-z0-9]+/g, '-')
				.replace(/^-|-$/g, '')}`,
			title: titleOf(message),
			// Braces stand for something in Alcove's messages.
			message: message.trim().replace(/\s+/g, ' ').replace(/[{}]/g, '').slice(0, 400),
			severity: severities[severity],
			confidence: confidence === 'high' || confidence === 'low' ? confidence : 'medium',
			cwe,
			owasp: [...new Set(textsIn(metadata?.owasp).flatMap((text) => /A(?:0[1-9]|10)(?=:2021)/.exec(text)?.[0] ?? []))],
			fix: 'See the message of the rule.',
			description: message.trim(),
			references: textsIn(metadata?.references).filter((text) => /^https:\/\/\S+$/.test(text)),
			example: { bad: '', good: '' },
		}
	}

	private entries(key: 'pattern-sources' | 'pattern-sinks' | 'pattern-sanitizers', isNeeded: boolean): FoundPattern[] {
		const list = this.rule[key] ?? []
		if (isNeeded && list.length === 0) this.complain(this.path, `A taint rule has ${key}.`)
		return list.flatMap((entry, at) => this.patternsOf(entry, [...this.path, key, at]))
	}

	private patternsOf(entry: Entry, path: DataPath): FoundPattern[] {
		const found = [
			...this.read(entry.pattern, [...path, 'pattern']),
			...(entry['pattern-either'] ?? []).flatMap(({ pattern }, at) =>
				this.read(pattern, [...path, 'pattern-either', at, 'pattern']),
			),
		]
		const parts = entry.patterns ?? []
		const inside = parts.flatMap(({ pattern, 'pattern-either': either }, at) => [
			...this.read(pattern, [...path, 'patterns', at, 'pattern']),
			...(either ?? []).flatMap((option, index) =>
				this.read(option.pattern, [...path, 'patterns', at, 'pattern-either', index, 'pattern']),
			),
		])
		const held = parts.filter(({ pattern, 'pattern-either': either }) => pattern !== undefined || either)
		if (held.length > 1) this.complain([...path, 'patterns'], 'Patterns that must all match cannot be read: name one.')
		const focused = parts.flatMap((part) => part['focus-metavariable'] ?? [])
		const regexes = parts.flatMap((part) => part['metavariable-regex'] ?? [])
		const narrowed = inside.map((it) => ({ ...it, focus: focused[0], when: this.conditions(it, regexes) }))
		return [...found, ...narrowed]
	}

	private conditions({ pattern, path }: FoundPattern, regexes: readonly v.InferOutput<typeof regex>[]): Condition[] {
		return regexes.flatMap(({ metavariable, regex: matches }): Condition[] => {
			const anchored = `^(?:${matches})`
			if (
				pattern.kind === 'assign' &&
				pattern.value.value.form === 'variable' &&
				pattern.value.value.name === metavariable
			) {
				return [{ value: true, matches: anchored }]
			}
			const argument = pattern.kind === 'call' ? placeOf(pattern.arguments, metavariable) : undefined
			if (argument === undefined) this.complain(path, `Where ${metavariable} stands is not known.`)
			return argument === undefined ? [] : [{ argument, matches: anchored }]
		})
	}

	private read(pattern: string | undefined, path: DataPath): FoundPattern[] {
		if (pattern === undefined) return []
		const found = readPattern(pattern)
		if (typeof found === 'string') this.complain(path, found)
		return typeof found === 'string' ? [] : [{ pattern: found, path, focus: undefined, when: [] }]
	}

	private each<Part extends object>(found: readonly FoundPattern[], make: (it: FoundPattern) => Part | string): Part[] {
		return found.flatMap((it) => {
			const made = make(it)
			if (typeof made !== 'string') return [made]
			this.complain(it.path, made)
			return []
		})
	}

	private expectAbsent(what: string, keys: readonly (keyof SemgrepRule)[]): void {
		for (const key of keys) {
			if (this.rule[key] !== undefined) this.complain([...this.path, key], `${what} has no ${key}.`)
		}
	}

	private complain(path: DataPath, reason: string): void {
		this.complaints.push({ path, reason })
	}
}

function titleOf(message: string): string {
	const first = (message.trim().split(/[.\n]/)[0] ?? '').trim()
	return first.length <= 60 ? first : `${first.slice(0, 59)}…`
}

function textsIn(value: unknown): string[] {
	return (Array.isArray(value) ? value : [value]).filter((text): text is string => typeof text === 'string')
}

/** `CWE-89: …` is 89. */
function numbersIn(value: unknown): number[] {
	return textsIn(value).flatMap((text) => Number(/^CWE-(\d{1,4})\b/i.exec(text)?.[1] ?? 0) || [])
}
