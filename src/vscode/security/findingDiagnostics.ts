import * as vscode from 'vscode'
import type { Severity } from '../../core/security/rules/ruleTypes.ts'
import { distinctFaults, type FindingsBook, type KeptFinding } from '../../core/security/session/findingsBook.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { internalCommandIds } from '../ids.ts'
import { rangeOf } from './editorDocuments.ts'
import { messageWithVerdict } from './triageText.ts'

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
	critical: vscode.DiagnosticSeverity.Error,
	high: vscode.DiagnosticSeverity.Error,
	medium: vscode.DiagnosticSeverity.Warning,
	low: vscode.DiagnosticSeverity.Information,
}

export interface ShownFindings {
	/** Those of a file that the settings let through. */
	shown(findings: readonly KeptFinding[]): readonly KeptFinding[]
}

/** Squiggles for what was found, and the way that the data takes as related places. */
export function showDiagnostics(book: FindingsBook, { shown }: ShownFindings): Disposable & { refresh(): void } {
	const store = new DisposableStore()
	const collection = store.add(vscode.languages.createDiagnosticCollection('alcove-security'))
	/** The documents that findings of an analysis lie in, by the document that was analyzed. */
	const places = new Map<string, ReadonlySet<string>>()
	const update = (documentId: string): void => {
		const now = new Set([documentId, ...(book.of(documentId)?.findings.map(({ placeId }) => placeId) ?? [])])
		const all = new Set([...(places.get(documentId) ?? []), ...now])
		places.set(documentId, now)
		for (const place of all) {
			const findings = book.lyingIn(place)
			const uri = vscode.Uri.parse(place)
			if (findings.length === 0) collection.delete(uri)
			else collection.set(uri, shown(findings).map(diagnosticOf))
		}
	}
	store.add(
		book.onDidChange((changed) => {
			for (const documentId of changed) update(documentId)
		}),
	)
	return {
		refresh: () => {
			for (const { documentId } of book.all) update(documentId)
		},
		dispose: () => store.dispose(),
	}
}

export function diagnosticOf(kept: KeptFinding): vscode.Diagnostic {
	const { finding, stepDocuments, isStale } = kept
	const message = isStale
		? vscode.l10n.t('{0} (the code was changed since)', finding.message)
		: messageWithVerdict(vscode.l10n, kept)
	const diagnostic = new vscode.Diagnostic(rangeOf(finding.range), message, severities[finding.severity])
	diagnostic.source = 'Alcove'
	const [cwe] = finding.cwe
	const argument = encodeURIComponent(JSON.stringify([finding.ruleId]))
	diagnostic.code = {
		value: cwe === undefined ? finding.ruleId : `CWE-${cwe}`,
		target: vscode.Uri.parse(`command:${internalCommandIds.openRulePage}?${argument}`),
	}
	if (finding.path.length > 1) {
		diagnostic.relatedInformation = finding.path.map((step, at) => {
			const uri = vscode.Uri.parse(stepDocuments[at] ?? '')
			return new vscode.DiagnosticRelatedInformation(
				new vscode.Location(uri, rangeOf(step.range)),
				stepText(step.role, step.label),
			)
		})
	}
	return diagnostic
}

/** The finding that a diagnostic shows: the editor hands out copies, so place and text tell. */
export function findingOf(
	book: FindingsBook,
	documentId: string,
	diagnostic: vscode.Diagnostic,
): KeptFinding | undefined {
	return distinctFaults(book.lyingIn(documentId)).find(
		(it) => rangeOf(it.finding.range).isEqual(diagnostic.range) && diagnostic.message.startsWith(it.finding.message),
	)
}

export function stepText(role: string, label: string): string {
	switch (role) {
		case 'source':
			return vscode.l10n.t('Comes from here: {0}', label)
		case 'call':
			return vscode.l10n.t('Passed to {0}', label)
		case 'sink':
			return vscode.l10n.t('Used here: {0}', label)
		default:
			return vscode.l10n.t('Goes through {0}', label)
	}
}
