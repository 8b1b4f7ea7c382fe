import * as vscode from 'vscode'
import {
	type Baseline,
	baselineOf,
	compareWithBaseline,
	parseBaseline,
	renderBaseline,
} from '../../core/security/findings/baseline.ts'
import type { FileFindings, Finding } from '../../core/security/findings/finding.ts'
import {
	noWorkspaceSettings,
	parseWorkspaceSettings,
	renderWorkspaceSettings,
	withIgnoredRule,
} from '../../core/security/findings/workspaceSettings.ts'

/** What a workspace keeps in `.alcove` about its findings. Nothing of it is read where the workspace is not trusted. */
export class WorkspaceRecords {
	private readonly baselines = new Map<string, Baseline | undefined>()

	/** The findings that are not known already. */
	async newOnly(root: string | undefined, found: FileFindings): Promise<FileFindings> {
		if (root === undefined || found.findings.length === 0) return found
		const baseline = await this.baselineOf(root)
		if (!baseline) return found
		const { fresh } = compareWithBaseline(found.findings, baseline, new Set([found.file]))
		return { ...found, findings: fresh }
	}

	/** `.alcove/baseline.json` gets one more. */
	async markAsKnown(root: string, finding: Finding): Promise<void> {
		mustBeTrusted()
		const text = await read(root, 'baseline.json')
		const before = text === undefined ? undefined : parseBaseline(text)
		if (before && 'problem' in before)
			throw new Error(vscode.l10n.t('.alcove/baseline.json cannot be changed: {0}', before.problem))
		const added = baselineOf([finding], before)
		const entries = [
			...(before?.findings ?? []),
			...added.findings.filter(
				(it) => !before?.findings.some((one) => one.fingerprint === it.fingerprint && one.file === it.file),
			),
		]
		await write(root, 'baseline.json', renderBaseline({ ...added, findings: entries }))
		this.forget()
	}

	/** `.alcove/security.json` gets one more. */
	async ignoreRule(root: string, rule: string, reason: string): Promise<void> {
		mustBeTrusted()
		const text = await read(root, 'security.json')
		const settings = text === undefined ? noWorkspaceSettings : parseWorkspaceSettings(text)
		if ('problem' in settings)
			throw new Error(vscode.l10n.t('.alcove/security.json cannot be changed: {0}', settings.problem))
		await write(root, 'security.json', renderWorkspaceSettings(withIgnoredRule(settings, { rule, reason })))
	}

	forget(): void {
		this.baselines.clear()
	}

	private async baselineOf(root: string): Promise<Baseline | undefined> {
		if (!vscode.workspace.isTrusted) return undefined
		if (this.baselines.has(root)) return this.baselines.get(root)
		const text = await read(root, 'baseline.json')
		const parsed = text === undefined ? undefined : parseBaseline(text)
		const baseline = parsed && !('problem' in parsed) ? parsed : undefined
		this.baselines.set(root, baseline)
		return baseline
	}
}

/** What is written there would not be read. */
function mustBeTrusted(): void {
	if (!vscode.workspace.isTrusted)
		throw new Error(vscode.l10n.t('What .alcove says counts in trusted folders only. Trust this folder first.'))
}

function uriOf(root: string, name: string): vscode.Uri {
	return vscode.Uri.joinPath(vscode.Uri.file(root), '.alcove', name)
}

async function read(root: string, name: string): Promise<string | undefined> {
	try {
		return new TextDecoder().decode(await vscode.workspace.fs.readFile(uriOf(root, name)))
	} catch {
		return undefined
	}
}

async function write(root: string, name: string, text: string): Promise<void> {
	await vscode.workspace.fs.writeFile(uriOf(root, name), new TextEncoder().encode(text))
}
