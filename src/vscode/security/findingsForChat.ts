import * as vscode from 'vscode'
import type { FindingPlace } from '../../core/security/findings/finding.ts'
import type { KeptFinding } from '../../core/security/session/findingsBook.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import { sessionDocument } from './editorDocuments.ts'
import type { SecuritySession } from './securitySession.ts'

/** A finding in words for a model, as the chat attaches it. */
export interface WrittenFinding {
	readonly kind: 'finding'
	readonly fingerprint: string
	readonly title: string
	readonly text: string
}

/** From 0, the end exclusive. */
export interface Lines {
	readonly startLine: number
	readonly endLine: number
}

const mostFindings = 20
const longestLine = 300

/** Analyzes a document as it is now; what touches the lines is told. Empty also where it cannot be analyzed. */
export async function findingsIn(
	session: SecuritySession,
	uri: vscode.Uri,
	lines: Lines | undefined,
	token: CancellationToken,
): Promise<readonly WrittenFinding[]> {
	const document = await vscode.workspace.openTextDocument(uri)
	const outcome = await session.analyses.analyze(sessionDocument(document), token)
	if (outcome.kind !== 'analyzed') return []
	const { documentId, findings } = outcome.file
	const touches = ({ finding, stepDocuments }: KeptFinding) =>
		!lines ||
		[finding.range, ...finding.path.filter((_, at) => stepDocuments[at] === documentId).map(({ range }) => range)].some(
			({ startLine, endLine }) => startLine < lines.endLine && endLine >= lines.startLine,
		)
	return Promise.all(session.shown(findings.filter(touches)).slice(0, mostFindings).map(writtenFinding))
}

/** What was found, and the way of the data with the code of each step. */
export async function writtenFinding({ finding, placeId, stepDocuments }: KeptFinding): Promise<WrittenFinding> {
	const { ruleId, message, severity, confidence, cwe, path, fingerprint } = finding
	const facts = [...cwe.map((number) => `CWE-${number}`), `severity ${severity}`, `confidence ${confidence}`]
	const head = [
		`${message} [${ruleId}: ${facts.join(', ')}]`,
		`At ${placeText(finding)}: ${await codeAt(placeId, finding)}`,
	]
	const steps = path.length > 1 ? ['The way of the data:'] : []
	for (const [at, step] of path.entries()) {
		if (path.length < 2) break
		steps.push(`${at + 1}. ${placeText(step)} (${step.role}: ${step.label}): ${await codeAt(stepDocuments[at], step)}`)
	}
	const title = `${ruleId} ${finding.file.split('/').pop()}:${finding.range.startLine + 1}`
	return { kind: 'finding', fingerprint, title, text: [...head, ...steps].join('\n') }
}

function placeText({ file, range }: FindingPlace): string {
	return `${file}:${range.startLine + 1}`
}

async function codeAt(documentId: string | undefined, { range }: FindingPlace): Promise<string> {
	if (documentId === undefined) return ''
	try {
		const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(documentId))
		return document
			.lineAt(Math.min(range.startLine, document.lineCount - 1))
			.text.trim()
			.slice(0, longestLine)
	} catch {
		return ''
	}
}
