import type { IrLanguage } from '../ir/ir.ts'
import type { SecurityRule } from '../rules/ruleTypes.ts'
import { asvsEntry, type CatalogueEntry, cweEntry, owaspEntry } from './catalogues.ts'

/** How a block of code says its language, in Markdown. */
const fences: Readonly<Record<IrLanguage, string>> = {
	javascript: 'js',
	python: 'python',
	java: 'java',
	go: 'go',
	php: 'php',
	ruby: 'ruby',
	csharp: 'csharp',
	c: 'c',
}

/** The language that the id of a rule of the product begins with; undefined for what is looked for in all files. */
export function languageOf(ruleId: string): IrLanguage | undefined {
	return (Object.keys(fences) as IrLanguage[]).find((name) => ruleId.startsWith(`${name}/`))
}

/** The page of a rule, in Markdown. */
export function rulePage(rule: SecurityRule, language: IrLanguage | undefined): string {
	const { example } = rule
	const facts = [
		['Rule', `\`${rule.id}\``],
		['Severity', rule.severity],
		['Confidence', rule.confidence],
		['CWE', links(rule.cwe.map(cweEntry))],
		['OWASP Top 10', links(rule.owasp.map(owaspEntry))],
		['OWASP ASVS 4.0.3', links((rule.asvs ?? []).map(asvsEntry))],
	].filter(([, value]) => value !== '')
	return [
		`# ${rule.title}`,
		['| | |', '|---|---|', ...facts.map(([name, value]) => `| ${name} | ${value} |`)].join('\n'),
		rule.description.trim(),
		...(example.bad.trim() === '' ? [] : ['## What is found', codeBlock(example.bad, language)]),
		...(example.good.trim() === '' ? [] : ['## How to do it instead', codeBlock(example.good, language)]),
		'## What to do',
		rule.fix.trim(),
		...(rule.isUndeniable ? ['A model never dismisses a finding of this rule.'] : []),
		'## Ignoring it',
		`Where a finding is none, say so with a comment on its line or above it, and why: \`alcove-ignore ${rule.id}: reason\`.`,
		...(rule.references.length > 0
			? ['## References', rule.references.map((address) => `- <${address}>`).join('\n')]
			: []),
	]
		.join('\n\n')
		.concat('\n')
}

function links(entries: readonly CatalogueEntry[]): string {
	return entries.map(({ id, name, address }) => `[${name === '' ? id : `${id}: ${name}`}](${address})`).join('<br>')
}

function codeBlock(code: string, language: IrLanguage | undefined): string {
	// Longer than any row of backticks inside.
	const most = Math.max(2, ...[...code.matchAll(/`+/g)].map(([row]) => row.length))
	const fence = '`'.repeat(most + 1)
	return `${fence}${language ? fences[language] : ''}\n${code.trimEnd()}\n${fence}`
}
