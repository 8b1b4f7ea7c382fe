import * as vscode from 'vscode'
import { type BenchmarkOutcome, speedOfBenchmark } from '../../core/model/benchmarkOutcome.ts'
import type { EngineControl, ModelSpec } from '../../core/model/engineControl.ts'
import type { ModelSpeed } from '../../core/model/measureSpeed.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'

export type RunBenchmark = (
	spec: ModelSpec,
	gpu: 'auto' | 'off',
	onStep: (step: string) => void,
	token: CancellationToken,
) => Promise<BenchmarkOutcome>

export interface BenchmarkDeps {
	readonly run: RunBenchmark
	readonly engine: EngineControl
	/** For completions, and for chats. */
	readonly models: () => readonly NamedModel[]
	readonly gpu: () => 'auto' | 'off'
	/** To be called with the rates of a model. */
	readonly keepSpeed: (path: string, speed: ModelSpeed) => Promise<void>
}

interface NamedModel {
	readonly spec: ModelSpec
	readonly name: string
}

/** Measures a model in a process of its own, and opens what came out. */
export async function benchmarkMachine(deps: BenchmarkDeps): Promise<void> {
	const model = await askForModel(deps.models())
	if (!model) return
	// Two copies of a model may be more than fits. What asks for it meanwhile has it loaded again.
	await deps.engine.letGo()
	const outcome = await vscode.window.withProgress(
		{
			location: vscode.ProgressLocation.Notification,
			title: vscode.l10n.t('Alcove: measuring {0}. Other work on this machine makes the numbers worse.', model.name),
			cancellable: true,
		},
		(progress, token) => deps.run(model.spec, deps.gpu(), (message) => progress.report({ message }), token),
	)
	if (outcome.kind === 'cancelled') return
	if (outcome.kind === 'failed') {
		await vscode.window.showErrorMessage(vscode.l10n.t('Alcove: the benchmark failed: {0}', outcome.why))
		return
	}
	const speed = speedOfBenchmark(outcome.json)
	if (speed) await deps.keepSpeed(model.spec.path, speed)
	await showReport(outcome.markdown)
	const save = vscode.l10n.t('Save as JSON…')
	const chosen = await vscode.window.showInformationMessage(vscode.l10n.t('Alcove: the machine was measured.'), save)
	if (chosen === save) await saveJson(outcome.json)
}

async function askForModel(models: readonly NamedModel[]): Promise<NamedModel | undefined> {
	const different = models.filter(({ spec }, at) => models.findIndex((other) => other.spec.path === spec.path) === at)
	if (different.length < 2) return different[0]
	const title = vscode.l10n.t('Which model is to be measured?')
	const items = different.map((model) => ({ label: model.name, description: model.spec.path, model }))
	return (await vscode.window.showQuickPick(items, { title }))?.model
}

async function showReport(markdown: string): Promise<void> {
	const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: markdown })
	await vscode.window.showTextDocument(document, { preview: false })
}

async function saveJson(json: string): Promise<void> {
	const target = await vscode.window.showSaveDialog({
		title: vscode.l10n.t('Save the figures'),
		filters: { JSON: ['json'] },
	})
	if (target) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(json))
}
