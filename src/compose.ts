import { availableParallelism, homedir, release } from 'node:os'
import { join } from 'node:path'
import type * as vscode from 'vscode'
import { composeBackends } from './composeBackends.ts'
import { composeFigures } from './composeFigures.ts'
import { composeModels } from './composeModels.ts'
import { composePrivacy } from './composePrivacy.ts'
import { askForPlaceWith } from './core/chat/apply/askForPlace.ts'
import { Confidence } from './core/completion/confidence/confidence.ts'
import { OutcomeHistory } from './core/completion/outcomeHistory.ts'
import { Snooze } from './core/completion/snooze.ts'
import { StatusFeed } from './core/completion/statusFeed.ts'
import { wireCompleter } from './core/completion/wireCompleter.ts'
import { BatterySaver } from './core/model/batterySaver.ts'
import { DeferredChat } from './core/model/deferredChat.ts'
import { DeferredCompletion } from './core/model/deferredCompletion.ts'
import { DeferredEmbedding } from './core/model/deferredEmbedding.ts'
import { DeferredEngine } from './core/model/deferredEngine.ts'
import type { ModelSpec } from './core/model/engineControl.ts'
import { engineOptions } from './core/model/engineOptions.ts'
import { powerIntervalMs } from './core/model/powerSource.ts'
import { selectChatModel, selectEmbeddingModel, selectModel } from './core/model/selectModel.ts'
import { RecordedChat, RecordedCompletion, RecordedEmbedding } from './core/privacy/recordedModels.ts'
import { languageOf, rulePage as pageOfRule } from './core/security/findings/rulePage.ts'
import { DeferredAnalyzer } from './core/security/session/deferredAnalyzer.ts'
import { ConversationFiles } from './node/chat/conversationFiles.ts'
import { PdfReader } from './node/documents/pdfReader.ts'
import { lineDiff } from './node/lineDiff.ts'
import { starterModelFiles } from './node/modelFiles.ts'
import { readResearch, researchFileIn, writeResearch } from './node/research/researchFile.ts'
import { SearchThread } from './node/retrieval/searchThread.ts'
import { CodeThread } from './node/syntax/codeThread.ts'
import { systemClock as clock } from './node/systemClock.ts'
import { type Disposable, DisposableStore } from './shared/disposable.ts'
import { CodeBlocks } from './vscode/chat/apply/codeBlocks.ts'
import { registerCodeActions } from './vscode/chat/attachments/codeActions.ts'
import { CodeCommands } from './vscode/chat/attachments/codeCommands.ts'
import { ComposerContext } from './vscode/chat/attachments/composerContext.ts'
import { chatFeature } from './vscode/chat/chatFeature.ts'
import { researchTask } from './vscode/chat/researchTask.ts'
import { searchWorkspace } from './vscode/chat/searchWorkspace.ts'
import { commandHandlers } from './vscode/commandHandlers.ts'
import { registerCommands } from './vscode/commands.ts'
import { editorDefinitions } from './vscode/completion/editorDefinitions.ts'
import { enablementInView } from './vscode/completion/inView.ts'
import { keepLearnt, learntBefore } from './vscode/completion/keepLearnt.ts'
import { KeptOutDocuments } from './vscode/completion/keptOutDocuments.ts'
import { tellOfOtherProviders } from './vscode/completion/otherProviders.ts'
import { registerInlineProvider } from './vscode/completion/registerInlineProvider.ts'
import { warmPrompt } from './vscode/completion/warmPrompt.ts'
import { ContextKeys } from './vscode/contextKeys.ts'
import { ChatModelProvider } from './vscode/lm/chatModelProvider.ts'
import { registerSecurityTool } from './vscode/lm/securityTool.ts'
import { createEditorLog } from './vscode/log.ts'
import { notifyProblems } from './vscode/models/problemNotifier.ts'
import { trackModelReady } from './vscode/models/trackModelReady.ts'
import { warmUp } from './vscode/models/warmUp.ts'
import { Receipts } from './vscode/receipt/receipts.ts'
import { securityFeature } from './vscode/security/securityFeature.ts'
import { SettingsStore } from './vscode/settings/settingsStore.ts'
import { showStatus } from './vscode/status/statusItem.ts'
import { indexWorkspace } from './vscode/symbols/indexWorkspace.ts'
import { feedDocuments } from './vscode/syntax/feedDocuments.ts'

/** Of the heap of a process that analyzes. */
const analysisMegabytes = 1_200
/** Processes of a scan: the editor needs a core as well. */
const mostAnalyses = 4

/** Builds the parts of the extension and wires them; dispose the answer to end them all, the engine process too. */
export function compose(context: vscode.ExtensionContext): Disposable {
	const { extension, globalState, globalStorageUri, storageUri, workspaceState } = context
	const store = new DisposableStore()
	const homeDir = homedir()
	const places = { starter: starterModelFiles(extension.extensionPath), homeDir }
	const log = store.add(createEditorLog(homeDir))
	const settings = store.add(new SettingsStore(log))
	const spec = () => selectModel(settings.current, places)
	const extensionFile = (...path: string[]) => join(extension.extensionPath, ...path)
	const privacy = store.add(
		composePrivacy({
			settings,
			logger: log,
			clock,
			storage: globalStorageUri.fsPath,
			state: globalState,
			viewFolder: extensionFile('dist', 'webview'),
		}),
	)
	const { recording, processLog } = privacy

	const battery = store.add(
		new BatterySaver({
			readPower: async () => (await import('./node/power/readPower.ts')).readPower(process.platform, process.env),
			intervalMs: powerIntervalMs(process.platform),
			clock,
		}),
	)
	const options = () => engineOptions(settings.current, battery.isSaving)
	const engine = store.add(
		new DeferredEngine(async () => {
			const { EmbeddedEngine } = await import('./node/engine/embeddedEngine.ts')
			return new EmbeddedEngine({
				entryPath: extensionFile('dist', 'engine', 'main.cjs'),
				options: options(),
				cacheDirectory: join(globalStorageUri.fsPath, 'engine'),
				clock,
				logger: processLog,
			})
		}),
	)
	const ownModel = store.add(
		new DeferredCompletion(async () => new RecordedCompletion((await engine.open()).completion(spec()), recording)),
	)
	const chatSpec = () => selectChatModel(settings.current, places)
	const embeddingSpec = () => selectEmbeddingModel(settings.current, places)
	const ownEmbedding = store.add(
		new DeferredEmbedding(
			async () => new RecordedEmbedding((await engine.open()).embedding(embeddingSpec() ?? chatSpec()), recording),
		),
	)
	const ownChat = store.add(
		new DeferredChat(async () => new RecordedChat((await engine.open()).chat(chatSpec()), recording)),
	)
	store.add(
		settings.onDidChange(() => {
			ownModel.setSpec(spec())
			ownChat.setSpec(chatSpec())
			const ofVectors = embeddingSpec()
			if (ofVectors) ownEmbedding.setSpec(ofVectors)
			engine.configure(options())
			battery.want(settings.current['engine.saveBattery'])
		}),
	)
	store.add(battery.onDidChange(() => engine.configure(options())))
	// Not within activation: a look may start a program.
	store.add(clock.after(0, () => battery.want(settings.current['engine.saveBattery'])))
	const backends = store.add(
		composeBackends({
			...{ settings, privacy, secrets: context.secrets, state: globalState, clock, logger: log },
			own: { completion: ownModel, chat: ownChat, embedding: ownEmbedding },
		}),
	)
	const { completion: model, chat: chatModel, embedding } = backends
	/** With the name of the back end that answers in its place. */
	const shownSpec = () => servedBy(spec(), backends.nameFor('completion'))
	const shownChatSpec = () => servedBy(chatSpec(), backends.nameFor('chat'))

	const code = store.add(
		new CodeThread({
			entryPath: extensionFile('dist', 'code', 'codeWorker.cjs'),
			data: {
				grammarFolder: extensionFile('grammars'),
				runtime: extensionFile('dist', 'code', 'web-tree-sitter.wasm'),
			},
			logger: processLog,
		}),
	)
	const storeFile = storageUri && join(storageUri.fsPath, 'symbols.bin')
	const reading = store.add(indexWorkspace({ indexer: code, settings, clock, storeFile }))
	// Not within activation: the thread that it starts would be counted as ours.
	store.add(clock.after(0, () => store.add(feedDocuments(code))))

	const confidence = store.add(new Confidence(learntBefore(globalState, log)))
	store.add(keepLearnt({ confidence, state: globalState, clock }))
	store.add(model.onDidChangeState(({ kind }) => kind === 'loading' && confidence.modelChanged()))
	const wiring = { model, code, server: editorDefinitions, confidence, clock, logger: log }
	const { completer, context: gathered } = wireCompleter(store, wiring)
	const snooze = store.add(new Snooze(clock))
	const history = new OutcomeHistory()
	const keys = new ContextKeys()
	store.add(completer.onDidFinish((outcome) => history.add(outcome)))
	const receipts = store.add(new Receipts())
	store.add(completer.onDidFinish((outcome) => receipts.add(outcome)))
	const figures = store.add(
		composeFigures({
			readLedger: (take) => privacy.readLedger(take),
			onDidFinish: completer.onDidFinish,
			state: globalState,
			settings,
			engine,
			clock,
			pricesFile: extensionFile('media', 'prices.json'),
		}),
	)
	const keptOut = store.add(
		new KeptOutDocuments(async (roots) => new (await import('./node/chat/keptOutFiles.ts')).KeptOutFiles(roots)),
	)
	store.add(
		registerInlineProvider({
			...{ completer, settings, model, keys, snooze, battery, keptOut },
			onAccepted: figures.onAccepted,
		}),
	)

	const enablement = () => enablementInView(settings, battery)
	const feed = store.add(new StatusFeed({ model, activity: completer, clock, enablement, snooze }))
	store.add(battery.onDidChange(() => feed.refresh()))
	store.add(
		showStatus({
			feed,
			model,
			settings,
			index: reading,
			inUse: privacy.inUse,
			onDidFinish: completer.onDidFinish,
		}),
	)

	store.add(trackModelReady(model, keys))
	store.add(tellOfOtherProviders({ state: globalState, onDidFinish: completer.onDidFinish, clock }))
	store.add(notifyProblems(model, () => spec().origin))
	const hasOwnChat = () => backends.nameFor('chat') === undefined && chatSpec().path !== spec().path
	store.add(warmUp({ model, chat: chatModel, hasOwnChat, settings, battery, clock }))
	const { onDidLearn } = gathered
	store.add(
		warmPrompt({
			...{ completer, model, settings, battery, clock, keptOut },
			context: { onDidLearn, onDidIndex: code.onDidIndex },
		}),
	)
	const models = store.add(
		composeModels({
			...{ context, settings, engine, homeDir, clock, logger: log },
			network: privacy.network,
			consent: privacy.consent,
			readLedger: (take, from) => privacy.readLedger(take, from),
		}),
	)
	const rulesFile = extensionFile('dist', 'rules.json')
	const analyzer = store.add(
		new DeferredAnalyzer(async () => {
			const { ProcessAnalyzer } = await import('./node/security/processAnalyzer.ts')
			const { analysisCacheFile } = await import('./node/security/analysisCacheFile.ts')
			const { forkAnalysis } = await import('./node/security/analysisProcess.ts')
			const entryPath = extensionFile('dist', 'code', 'analysisWorker.cjs')
			return new ProcessAnalyzer({
				entryPath,
				grammarFolder: extensionFile('grammars'),
				runtime: extensionFile('dist', 'code', 'web-tree-sitter.wasm'),
				rulesFile,
				start: forkAnalysis(entryPath, analysisMegabytes, (door) =>
					processLog.log('warn', 'egress.denied', { door, process: 'analysis' }),
				),
				model: chatModel,
				jobs: Math.max(1, Math.min(mostAnalyses, availableParallelism() - 1)),
				cacheFileOf: (root) => storageUri && analysisCacheFile(storageUri.fsPath, root),
				logger: log,
				today: () => new Date().toISOString().slice(0, 10),
			})
		}),
	)
	const maxAnswerTokens = () => settings.current['chat.maxAnswerTokens']
	store.add(new ChatModelProvider({ model: chatModel, spec: shownChatSpec, maxAnswerTokens }))
	const tool = registerSecurityTool({ analyzer, settings })
	if (tool) store.add(tool)
	const blocks = store.add(
		new CodeBlocks({
			outline: code,
			diff: lineDiff,
			askForPlace: askForPlaceWith(chatModel),
			clock,
		}),
	)
	const rulePage = async (ruleId: string) => {
		const { readShippedRules } = await import('./node/security/shippedRules.ts')
		for (const { rules } of await readShippedRules(rulesFile)) {
			const rule = rules?.find(({ id }) => id === ruleId)
			if (rule) return pageOfRule(rule, languageOf(ruleId))
		}
		return undefined
	}
	const uncommittedFiles = async (root: string) =>
		(await import('./node/security/gitChanges.ts')).uncommittedFiles(root)
	const security = store.add(
		securityFeature({ analyzer, chat: chatModel, settings, clock, logger: log, rulePage, uncommittedFiles }),
	)
	// What `@workspace` and a research look into.
	const pdfWorker = extensionFile('dist', 'code', 'pdfWorker.cjs')
	const pdf = store.add(new PdfReader(pdfWorker))
	const search = store.add(
		new SearchThread({
			entryPath: extensionFile('dist', 'code', 'searchWorker.cjs'),
			data: {
				pdfWorker,
				grammarFolder: extensionFile('grammars'),
				runtime: extensionFile('dist', 'code', 'web-tree-sitter.wasm'),
			},
			embedding: async () => embedding,
			logger: processLog,
		}),
	)
	store.add(
		searchWorkspace({
			indexer: search,
			settings,
			clock,
			storeFile: storageUri && join(storageUri.fsPath, 'search.bin'),
			embeddingModel: () => backends.nameFor('embedding') ?? embeddingSpec()?.path,
		}),
	)
	const researchFile = (topic: string) =>
		researchFileIn(join((storageUri ?? globalStorageUri).fsPath, 'research'), topic)
	const research = (topic: string) =>
		researchTask(topic, {
			model: chatModel,
			search,
			kept: () => readResearch(researchFile(topic)),
			keep: (state) => writeResearch(researchFile(topic), state),
		})
	const composer = store.add(
		new ComposerContext({
			openFiles: async (roots) => new (await import('./node/chat/diskFiles.ts')).DiskFiles(roots, pdf),
			diffOf: async (root, staged) => (await import('./node/security/gitChanges.ts')).diffOf(root, staged),
			findingsIn: (uri, lines, token) => security.findingsIn(uri, lines, token),
			search,
			research,
			clock,
		}),
	)
	const chat = store.add(
		chatFeature({
			model: chatModel,
			spec: shownChatSpec,
			store: store.add(new ConversationFiles(join((storageUri ?? globalStorageUri).fsPath, 'chats'))),
			parts: { blocks, context: composer, index: search },
			settings,
			keys,
			state: workspaceState,
			clock,
			logger: log,
			viewFolder: extensionFile('dist', 'webview'),
		}),
	)
	const codeCommands = new CodeCommands({ chat, context: composer, clock })
	store.add(
		registerCodeActions({
			commands: codeCommands,
			findingOf: (uri, diagnostic) => security.findingOf(uri, diagnostic),
			isOn: () => settings.current['chat.enabled'],
		}),
	)
	const versions = { Alcove: String(extension.packageJSON.version), system: systemVersion() }
	store.add(
		registerCommands(
			commandHandlers({
				extensionId: extension.id,
				log,
				settings,
				model,
				engine,
				spec: shownSpec,
				history,
				keys,
				receipts,
				snooze,
				confidence,
				reading,
				security,
				chat,
				code: codeCommands,
				reviews: blocks.reviews,
				chatModel,
				dashboard: figures.dashboard,
				runBenchmark: async (...asked) =>
					(await import('./node/benchmark.ts')).runBenchmark(extensionFile('dist', 'cli.cjs'), ...asked),
				chatSpec: shownChatSpec,
				backends: backends.parts,
				stronger: backends.stronger,
				consent: privacy.consent,
				models,
				report: privacy.report,
				versions,
				homeDir,
			}),
			log,
		),
	)
	return store
}

function servedBy(spec: ModelSpec, name: string | undefined): ModelSpec {
	return name === undefined ? spec : { ...spec, servedBy: name }
}

function systemVersion(): string {
	return `${process.platform} ${process.arch} ${release()}, Node ${process.versions.node}`
}
