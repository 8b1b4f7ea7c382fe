import { cweEntry } from '../findings/catalogues.ts'
import type { AnalysisGap, FindingNote } from '../findings/finding.ts'
import { rulePage } from '../findings/rulePage.ts'
import type { SecurityRule, Severity } from '../rules/ruleTypes.ts'

const levels: Readonly<Record<Severity, string>> = { critical: 'error', high: 'error', medium: 'warning', low: 'note' }
/** On the scale of CVSS, in the middle of each of its ranges: what code hosts sort by. */
const scores: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0' }
const precisions = { high: 'high', medium: 'medium', low: 'low' } as const

/** @param cwes the taxa of the run, by which rules refer to them */
export function sarifRules(rules: readonly SecurityRule[], cwes: readonly number[]) {
	return rules.map((rule) => ({
		id: rule.id,
		name: nameOf(rule.id),
		shortDescription: { text: rule.title },
		fullDescription: { text: rule.description.trim() },
		help: { text: `${rule.description.trim()}\n\n${rule.fix.trim()}`, markdown: rulePage(rule, undefined) },
		helpUri: rule.references[0] ?? cweEntry(rule.cwe[0] ?? 0).address,
		defaultConfiguration: { level: levels[rule.severity] },
		relationships: rule.cwe.map((cwe) => ({
			target: { id: String(cwe), index: cwes.indexOf(cwe), toolComponent: { name: 'CWE', index: 0 } },
			kinds: ['superset'],
		})),
		properties: {
			tags: ['security', ...rule.cwe.map((cwe) => `external/cwe/cwe-${String(cwe).padStart(3, '0')}`)],
			precision: precisions[rule.confidence],
			'security-severity': scores[rule.severity],
			...(rule.owasp.length > 0 && { owasp: rule.owasp.map((category) => `${category}:2021`) }),
			...(rule.asvs && { asvs: rule.asvs }),
		},
	}))
}

const gapTexts: Readonly<Record<AnalysisGap['reason'], string>> = {
	tooLarge: 'A file is too large to be analyzed.',
	minified: 'A file is minified or generated.',
	binary: 'A file is no text.',
	unreadable: 'A file could not be read.',
	syntaxErrors: 'A part of a file could not be parsed.',
	tooDeep: 'Code is nested deeper than is followed.',
	outOfBudget: 'A part of a file takes longer than is spent on it.',
	noLanguage: 'The language of a file is not followed.',
	crashed: 'The analysis of a file failed.',
}
const noteTexts: Readonly<Record<FindingNote['kind'], string>> = {
	ignoreWithoutReason: 'A comment that ignores findings says no reason.',
	ignoreExpired: 'A comment that ignores findings no longer counts.',
	ignoreUnknownRule: 'A comment ignores a rule that does not exist or is off.',
	ignoreUnused: 'A comment ignores nothing.',
	ignoreMalformed: 'A comment that ignores findings cannot be read.',
}

/** What notifications are about: their places in this list are fixed. */
export const notificationRules: readonly {
	readonly id: string
	readonly shortDescription: { readonly text: string }
}[] = [
	...Object.entries(gapTexts).map(([reason, text]) => ({ id: `gap/${reason}`, shortDescription: { text } })),
	...Object.entries(noteTexts).map(([kind, text]) => ({ id: `note/${kind}`, shortDescription: { text } })),
	{ id: 'rules/problem', shortDescription: { text: 'A file of rules cannot be used.' } },
	{ id: 'triage/summary', shortDescription: { text: 'A model was to judge the findings.' } },
]

/** `javascript/express-xss` is `JavascriptExpressXss`. */
function nameOf(id: string): string {
	return id
		.split(/[^a-z0-9]+/i)
		.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
		.join('')
}
