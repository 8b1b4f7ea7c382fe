import * as vscode from 'vscode'
import type { Confidence } from '../core/completion/confidence/confidence.ts'
import type { OutcomeHistory } from '../core/completion/outcomeHistory.ts'
import type { Snooze } from '../core/completion/snooze.ts'
import type { EngineControl, ModelSpec } from '../core/model/engineControl.ts'
import type { ChatModel, CompletionModel } from '../core/model/ports.ts'
import { type BackendParts, chooseBackend } from './backends/chooseBackend.ts'
import type { ChangeReviews } from './chat/apply/changeReviews.ts'
import type { CodeCommands } from './chat/attachments/codeCommands.ts'
import type { ChatFeature } from './chat/chatFeature.ts'
import type { CommandHandler } from './commands.ts'
import { askForSnooze } from './completion/askForSnooze.ts'
import { documentInView } from './completion/inView.ts'
import { forgetAccepted } from './completion/keepLearnt.ts'
import type { ContextKeys } from './contextKeys.ts'
import { copyDiagnostics } from './diagnostics/copyDiagnostics.ts'
import type { DashboardPanel } from './figures/dashboard.ts'
import { type CommandName, walkthroughId } from './ids.ts'
import { diagnoseModels } from './lm/diagnoseModels.ts'
import type { EditorLog } from './log.ts'
import { benchmarkMachine, type RunBenchmark } from './models/benchmarkMachine.ts'
import { chooseModel, useStarterModel } from './models/chooseModel.ts'
import { draftProblemText } from './models/draftText.ts'
import { modelName } from './models/modelName.ts'
import type { ModelsFeature } from './models/modelsFeature.ts'
import { restartEngine } from './models/restartEngine.ts'
import type { DestinationConsent } from './privacy/destinationConsent.ts'
import type { PrivacyReport } from './privacy/privacyReport.ts'
import type { Receipts } from './receipt/receipts.ts'
import type { SecurityFeature } from './security/securityFeature.ts'
import type { SettingsStore } from './settings/settingsStore.ts'
import { showMenu } from './status/showMenu.ts'
import { askStronger, type StrongerParts } from './stronger/askStronger.ts'
import type { WorkspaceReading } from './symbols/indexWorkspace.ts'
import { rebuildIndex } from './symbols/rebuildIndex.ts'

/** The parts that commands act on. */
export interface CommandParts {
	readonly extensionId: string
	readonly log: EditorLog
	readonly settings: SettingsStore
	readonly model: CompletionModel
	readonly engine: EngineControl
	/** The model that the settings ask for. */
	readonly spec: () => ModelSpec
	readonly history: OutcomeHistory
	readonly keys: ContextKeys
	readonly receipts: Receipts
	readonly snooze: Snooze
	readonly confidence: Confidence
	readonly reading: WorkspaceReading
	readonly security: SecurityFeature
	readonly chat: ChatFeature
	readonly code: CodeCommands
	readonly reviews: ChangeReviews
	readonly chatModel: Pick<ChatModel, 'state'>
	readonly consent: DestinationConsent
	readonly report: PrivacyReport
	/** The model that the settings ask for in chats. */
	readonly chatSpec: () => ModelSpec
	readonly dashboard: DashboardPanel
	/** Measures a model in a process of its own. */
	readonly runBenchmark: RunBenchmark
	readonly backends: BackendParts
	readonly stronger: StrongerParts
	/** Names and versions that only the host process knows. */
	readonly versions: Readonly<Record<string, string>>
	readonly models: ModelsFeature
	readonly homeDir: string
}

/** What each command of the manifest does. */
export function commandHandlers(parts: CommandParts): Readonly<Record<CommandName, CommandHandler>> {
	const { extensionId, log, settings, model, engine, keys, receipts, code } = parts
	const restart = async () => {
		// Who restarts wants all of it tried again.
		parts.backends.refresh()
		await restartEngine(engine, model)
	}
	return {
		showMenu: () => showMenu(menuFacts(parts)),
		toggleCompletions: () => settings.toggleCompletions(),
		toggleCompletionsForLanguage: () => toggleForLanguage(settings),
		snooze: () => askForSnooze(parts.snooze),
		endSnooze: () => parts.snooze.finish(),
		forgetAccepted: () => forgetAccepted(parts.confidence),
		rebuildIndex: () => rebuildIndex(parts.reading),
		chooseModel: () => chooseModel(settings, restart),
		manageModels: () => parts.models.manage(),
		chooseModelsForMe: () => parts.models.chooseForMe(),
		setAccessToken: () => parts.models.setAccessToken(),
		useStarterModel: () => useStarterModel(settings, restart),
		restartEngine: restart,
		showLog: () => log.show(),
		copyDiagnostics: () => copyDiagnostics(diagnosticsFacts(parts)),
		openDashboard: () => parts.dashboard.show(),
		benchmark: () => benchmarkMachine(benchmarkDeps(parts)),
		explainLast: () => receipts.show(),
		openWalkthrough: () =>
			keys.lowerDuring(() =>
				vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#${walkthroughId}`, false),
			),
		openSettings: () => vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${extensionId}`),
		analyzeFile: () => parts.security.analyzeFile(),
		analyzeChanged: () => parts.security.analyzeChanged(),
		analyzeWorkspace: () => parts.security.analyzeWorkspace(),
		clearFindings: () => parts.security.clear(),
		groupFindings: () => parts.security.group(),
		filterFindings: () => parts.security.filter(),
		judgeFindings: () => parts.security.judgeAll(),
		judgeFinding: (finding) => parts.security.judge(finding),
		explainFinding: (finding) => parts.security.explain(finding),
		explainFindingInChat: async (finding) => {
			const found = await parts.security.written(finding)
			if (found) await parts.code.askAbout('security', found.uri, found.lines, found.finding)
		},
		fixFinding: (finding) => parts.security.fix(finding),
		newChat: () => parts.chat.newChat(),
		openChat: () => parts.chat.openChat(),
		searchChats: () => parts.chat.searchChats(),
		exportChat: () => parts.chat.exportChat(),
		stopAnswer: () => parts.chat.stopAnswer(),
		explainCode: () => code.ask('explain'),
		fixCode: () => code.ask('fix'),
		writeTests: () => code.ask('tests'),
		documentCode: () => code.ask('doc'),
		refactorCode: () => code.ask('refactor'),
		addToChat: () => code.addCode(),
		addFilesToChat: (argument, others) => code.addFiles(argument, others),
		addTerminalToChat: () => code.addTerminal(),
		writeCommitMessage: () => code.writeCommitMessage(),
		acceptChange: () => parts.reviews.acceptAtCursor(),
		rejectChange: () => parts.reviews.rejectAtCursor(),
		acceptAllChanges: () => parts.reviews.acceptAll(),
		rejectAllChanges: () => parts.reviews.rejectAll(),
		allowDestination: () => parts.consent.allowByHand(),
		openPrivacyReport: () => parts.report.open(),
		forgetDestinations: () => parts.consent.forgetAll(),
		chooseBackend: () => chooseBackend(parts.backends),
		askStronger: () => askStronger(parts.stronger, parts.chat),
		setBackendKey: () => setBackendKey(parts.backends),
		diagnoseChatModels: () => diagnoseModels(parts.chatModel, parts.chatSpec()),
	}
}

async function setBackendKey({ keys, settings, refresh }: BackendParts): Promise<void> {
	if (await keys.askForOne(settings.current.backends)) refresh()
}

async function toggleForLanguage(settings: SettingsStore): Promise<void> {
	const document = documentInView()
	if (document) return settings.toggleCompletions(document)
	await vscode.window.showInformationMessage(
		vscode.l10n.t('Open a file first: completions are switched for the language of the file in view.'),
	)
}

function benchmarkDeps(parts: CommandParts) {
	const { runBenchmark, engine, spec, chatSpec, settings, model, chatModel, models } = parts
	return {
		run: runBenchmark,
		engine,
		models: () => [
			{ spec: spec(), name: modelName(model.state, spec()) },
			{ spec: chatSpec(), name: modelName(chatModel.state, chatSpec()) },
		],
		gpu: () => settings.current['engine.gpu'],
		keepSpeed: models.keepSpeed,
	}
}

function menuFacts({ settings, model, spec, snooze }: CommandParts) {
	const document = documentInView()
	const { state } = model
	return {
		completionsOn: settings.completionsEnabled(),
		isSnoozed: snooze.isOn,
		language: document && { id: document.languageId, completionsOn: settings.completionsEnabled(document) },
		modelName: modelName(state, spec()),
		usesStarterModel: spec().origin === 'starter' || spec().servedBy !== undefined,
		draftProblem: state.kind === 'ready' ? draftProblemText(vscode.l10n, state.model.draft) : undefined,
	}
}

function diagnosticsFacts({ settings, model, engine, history, versions, homeDir }: CommandParts) {
	return {
		versions,
		settings: settings.current,
		complaints: settings.complaints,
		model: model.state,
		engine: engine.diagnostics(),
		totals: history.totals,
		lastOutcomes: history.last,
		homeDir,
	}
}
