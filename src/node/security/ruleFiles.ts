import * as v from 'valibot'
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { RuleFile } from '../../core/security/rules/ruleTypes.ts'
import type { RuleProblem } from '../../core/security/securityPorts.ts'
import { checkRules } from './checkRules.ts'
import type { DataPath, RuleComplaint } from './ruleComplaint.ts'
import { ruleFileSchema } from './ruleSchema.ts'
import { isSemgrep, readSemgrep } from './semgrepRules.ts'

/** UTF-16 code units. */
const mostCharacters = 1_000_000
const mostProblems = 50

/**
 * Reads a file of rules, of Alcove's form or of Semgrep's. With a problem in it none of its rules counts.
 *
 * @param file absolute path, for the problems
 * @param options.isOwn of a user, who need not write a page for each rule: what only documents it may be left out
 * @returns one set of rules, or one for each rule of Semgrep's
 */
export function readRules(
	text: string,
	file: string,
	{ isOwn = false } = {},
): { ruleFiles: readonly RuleFile[]; problems: readonly RuleProblem[] } {
	const refuse = (reason: string) => ({ ruleFiles: [], problems: [{ file, line: 0, character: 0, reason }] })
	if (text.length > mostCharacters)
		return refuse('The file is too large: a file of rules has at most 1,000,000 characters.')
	const lines = new LineCounter()
	let document: Document.Parsed
	let data: unknown
	try {
		document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent', merge: false })
		data = document.errors.length === 0 ? document.toJS({ maxAliasCount: 100 }) : undefined
	} catch (error) {
		// Too deep, or a text that grows without end by what it refers to.
		return refuse(error instanceof RangeError ? 'It is nested too deep.' : `It is no YAML: ${messageLine(error)}`)
	}
	const problemAt = (offset: number, reason: string): RuleProblem => {
		const { line, col } = lines.linePos(offset)
		return { file, line: Math.max(0, line - 1), character: Math.max(0, col - 1), reason }
	}
	if (document.errors.length > 0) {
		const found = document.errors.map(({ pos, message }) => problemAt(pos[0], `It is no YAML: ${message}`))
		return { ruleFiles: [], problems: found.slice(0, mostProblems) }
	}
	const { ruleFiles, complaints } = rulesOf(isOwn ? documented(data) : data, isOwn)
	const problems = complaints.map(({ path, atKey, reason }) =>
		problemAt(offsetOf(document, path, atKey === true), reason),
	)
	return { ruleFiles: problems.length === 0 ? ruleFiles : [], problems: problems.slice(0, mostProblems) }
}

function rulesOf(
	data: unknown,
	isOwn: boolean,
): { ruleFiles: readonly RuleFile[]; complaints: readonly RuleComplaint[] } {
	if (isSemgrep(data)) return readSemgrep(data)
	const parsed = v.safeParse(ruleFileSchema, data)
	if (!parsed.success) return { ruleFiles: [], complaints: parsed.issues.map(complaintOf) }
	return { ruleFiles: [parsed.output], complaints: checkRules(parsed.output, isOwn) }
}

/** With something in the place of what documents a rule, where nothing does. */
function documented(data: unknown): unknown {
	if (!isRecord(data) || !Array.isArray(data.rules)) return data
	const rules = data.rules.map((rule: unknown) => {
		if (!isRecord(rule)) return rule
		const missing = {
			...{ owasp: [], references: [], description: rule.message, fix: 'See the message of the rule.' },
			example: { bad: ' ', good: ' ' },
		}
		return { ...missing, ...rule }
	})
	return { ...data, rules }
}

function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
	return typeof data === 'object' && data !== null && !Array.isArray(data)
}

function complaintOf(issue: v.BaseIssue<unknown>): RuleComplaint {
	const path = (issue.path ?? []).map(({ key }) => key as string | number)
	const key = path.at(-1)
	if (issue.type === 'strict_object') {
		if (issue.expected === 'never') return { path, atKey: true, reason: `There is no key "${key}" here.` }
		if (issue.received === 'undefined') return { path, reason: `The key "${key}" is missing.` }
	}
	const reason = issue.message.replace(/^Invalid \w+: /, '').replace(/ but received undefined$/, '')
	return { path, reason: /[.!]$/.test(reason) ? reason : `${reason}.` }
}

/** Of the innermost part that is there. */
function offsetOf(document: Document.Parsed, path: DataPath, atKey: boolean): number {
	let node: Node | null = document.contents
	for (const [index, step] of path.entries()) {
		const inside: Node | null | undefined = isAlias(node) ? (node.resolve(document) ?? null) : node
		let next: unknown
		if (isMap(inside)) {
			const pair = inside.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
			next = pair && (atKey && index === path.length - 1 ? pair.key : (pair.value ?? pair.key))
		} else if (isSeq(inside)) next = inside.items[Number(step)]
		if (!isNode(next)) break
		node = next
	}
	return node?.range?.[0] ?? 0
}

function messageLine(error: unknown): string {
	return error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
}
