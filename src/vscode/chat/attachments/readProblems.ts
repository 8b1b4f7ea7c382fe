import * as vscode from 'vscode'
import type { ChatPiece } from '../../../core/chat/chatPorts.ts'
import type { Attachment } from '../../../core/chat/conversation.ts'
import { isCodeDocument } from '../../completion/codeDocument.ts'
import { pathOf, placeOf } from '../workspacePaths.ts'
import type { EditorFiles } from './editorFiles.ts'
import { refusedPiece } from './readFiles.ts'

type Problems = Extract<Attachment, { kind: 'problems' }>

const mostProblems = 100
const words = ['error', 'warning', 'information', 'hint'] as const

/** What the editor complains of, errors first; of a whole workspace no more than warnings. A piece for each file. */
export async function readProblems(attachment: Problems, files: EditorFiles): Promise<readonly ChatPiece[]> {
	const { path } = attachment
	const source = '@problems'
	const place = path === undefined ? undefined : await placeOf(path)
	const found = place ? [[place.uri, problemsAt(place.uri, attachment)] as const] : path === undefined ? all() : []
	const pieces: ChatPiece[] = []
	let left = mostProblems
	for (const [uri, problems] of found) {
		if (left === 0) break
		if (problems.length === 0) continue
		const refused = await files.refusal(uri)
		if (refused !== undefined) {
			pieces.push(refusedPiece(source, pathOf(uri), refused))
			continue
		}
		const shown = problems.slice(0, left)
		left -= shown.length
		const document = vscode.workspace.textDocuments.find((it) => it.uri.toString() === uri.toString())
		pieces.push({ source, path: pathOf(uri), text: shown.map((one) => problemText(one, document)).join('\n') })
	}
	return pieces.length > 0 ? pieces : [refusedPiece(source, path, vscode.l10n.t('there are no problems'))]
}

/** What the editor complains of in some lines of a file, or in all of it. */
export function problemsAt(
	uri: vscode.Uri,
	{ startLine = 0, endLine = Number.POSITIVE_INFINITY }: { readonly startLine?: number; readonly endLine?: number },
): readonly vscode.Diagnostic[] {
	const touched = vscode.languages
		.getDiagnostics(uri)
		.filter(({ range }) => range.end.line >= startLine && range.start.line < endLine)
	return sorted(touched.filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Information))
}

function all(): readonly (readonly [vscode.Uri, readonly vscode.Diagnostic[]])[] {
	const found = vscode.languages.getDiagnostics().filter(([uri]) => isCodeDocument(uri.scheme))
	const weighed = found.map(
		([uri, problems]) =>
			[uri, sorted(problems.filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning))] as const,
	)
	const active = vscode.window.activeTextEditor?.document.uri.toString()
	const rank = ([uri, [first]]: (typeof weighed)[number]) =>
		(first?.severity ?? 9) * 2 + (uri.toString() === active ? 0 : 1)
	return weighed.sort((a, b) => rank(a) - rank(b))
}

function sorted(problems: readonly vscode.Diagnostic[]): readonly vscode.Diagnostic[] {
	return [...problems].sort((a, b) => a.severity - b.severity || a.range.start.line - b.range.start.line)
}

/** `line 3: error: Cannot find name 'x' (ts 2304)`, and the line. */
export function problemText(problem: vscode.Diagnostic, document?: vscode.TextDocument): string {
	const { range, severity, message, source, code } = problem
	const value = typeof code === 'object' ? code.value : code
	const origin = [source, value].filter((part) => part !== undefined && part !== '').join(' ')
	const line = range.start.line
	const text = document && line < document.lineCount ? document.lineAt(line).text.trim().slice(0, 300) : ''
	const head = `line ${line + 1}: ${words[severity] ?? 'error'}: ${message.slice(0, 1_000)}${origin === '' ? '' : ` (${origin})`}`
	return text === '' ? head : `${head}\n    ${text}`
}
