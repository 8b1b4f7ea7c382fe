/** Every id that the manifest and the code share; a test compares the two in both directions. */
export const commandIds = {
	showMenu: 'alcove.showMenu',
	toggleCompletions: 'alcove.toggleCompletions',
	toggleCompletionsForLanguage: 'alcove.toggleCompletionsForLanguage',
	snooze: 'alcove.snooze',
	endSnooze: 'alcove.endSnooze',
	forgetAccepted: 'alcove.forgetAccepted',
	rebuildIndex: 'alcove.rebuildIndex',
	chooseModel: 'alcove.chooseModel',
	manageModels: 'alcove.manageModels',
	chooseModelsForMe: 'alcove.chooseModelsForMe',
	setAccessToken: 'alcove.setAccessToken',
	useStarterModel: 'alcove.useStarterModel',
	restartEngine: 'alcove.restartEngine',
	showLog: 'alcove.showLog',
	copyDiagnostics: 'alcove.copyDiagnostics',
	benchmark: 'alcove.benchmark',
	openDashboard: 'alcove.openDashboard',
	explainLast: 'alcove.explainLast',
	openWalkthrough: 'alcove.openWalkthrough',
	openSettings: 'alcove.openSettings',
	analyzeFile: 'alcove.analyzeFile',
	analyzeChanged: 'alcove.analyzeChanged',
	analyzeWorkspace: 'alcove.analyzeWorkspace',
	clearFindings: 'alcove.clearFindings',
	groupFindings: 'alcove.groupFindings',
	filterFindings: 'alcove.filterFindings',
	judgeFindings: 'alcove.judgeFindings',
	judgeFinding: 'alcove.judgeFinding',
	explainFinding: 'alcove.explainFinding',
	explainFindingInChat: 'alcove.explainFindingInChat',
	fixFinding: 'alcove.fixFinding',
	acceptChange: 'alcove.acceptChange',
	rejectChange: 'alcove.rejectChange',
	acceptAllChanges: 'alcove.acceptAllChanges',
	rejectAllChanges: 'alcove.rejectAllChanges',
	diagnoseChatModels: 'alcove.diagnoseChatModels',
	newChat: 'alcove.newChat',
	openChat: 'alcove.openChat',
	searchChats: 'alcove.searchChats',
	exportChat: 'alcove.exportChat',
	stopAnswer: 'alcove.stopAnswer',
	explainCode: 'alcove.explainCode',
	fixCode: 'alcove.fixCode',
	writeTests: 'alcove.writeTests',
	documentCode: 'alcove.documentCode',
	refactorCode: 'alcove.refactorCode',
	addToChat: 'alcove.addToChat',
	addFilesToChat: 'alcove.addFilesToChat',
	addTerminalToChat: 'alcove.addTerminalToChat',
	writeCommitMessage: 'alcove.writeCommitMessage',
	chooseBackend: 'alcove.chooseBackend',
	setBackendKey: 'alcove.setBackendKey',
	askStronger: 'alcove.askStronger',
	allowDestination: 'alcove.allowDestination',
	forgetDestinations: 'alcove.forgetDestinations',
	openPrivacyReport: 'alcove.openPrivacyReport',
} as const

export type CommandName = keyof typeof commandIds

/** Run by the editor when a suggestion is accepted; not for people, so not in the manifest. */
export const acceptedCommandId = 'alcove.internal.suggestionAccepted'

/** Run by code actions, links and the tree of findings, with what they are about; not for people. */
export const internalCommandIds = {
	openRulePage: 'alcove.internal.openRulePage',
	showPath: 'alcove.internal.showPath',
	ignoreFinding: 'alcove.internal.ignoreFinding',
	ignoreRule: 'alcove.internal.ignoreRule',
	markAsKnown: 'alcove.internal.markAsKnown',
	acceptHunk: 'alcove.internal.acceptHunk',
	rejectHunk: 'alcove.internal.rejectHunk',
	askAboutProblem: 'alcove.internal.askAboutProblem',
	askAboutSelection: 'alcove.internal.askAboutSelection',
	exportFigures: 'alcove.internal.exportFigures',
	openCostSettings: 'alcove.internal.openCostSettings',
	sendPayload: 'alcove.internal.sendPayload',
	discardPayload: 'alcove.internal.discardPayload',
} as const

export const contextKeys = {
	/** A model was loaded and answers. */
	modelReady: 'alcove.modelReady',
	/** A suggestion was accepted in this window. */
	completionAccepted: 'alcove.completionAccepted',
	/** An answer of the open conversation is being written. */
	chatWriting: 'alcove.chatWriting',
} as const

/** What is remembered from window to window. */
export const stateKeys = {
	/** Names of the other completion providers that the user was told of. */
	toldOfProviders: 'alcove.toldOfProviders',
	/** What was learnt from accepted suggestions: numbers. */
	learnt: 'alcove.learnt',
	/** How many suggestions were shown and taken, by day. */
	taken: 'alcove.taken',
	/** How fast models of this machine were when they were measured. */
	modelSpeeds: 'alcove.modelSpeeds',
	/** Tokens that the stronger model has used in a month. */
	strongerUse: 'alcove.strongerUse',
	/** Which conversation is open, in a workspace. */
	openChat: 'alcove.openChat',
	/** What is written in each conversation and not sent yet. */
	chatDrafts: 'alcove.chatDrafts',
	/** The end of the ledger, so that files that were changed do not pass for it. */
	ledgerAnchor: 'alcove.ledgerAnchor',
} as const

export const configurationSection = 'alcove'
export const walkthroughId = 'start'
/** Documents that say what a suggestion was made of. */
export const receiptScheme = 'alcove-receipt'
/** The text of a file with a fix in it, for a preview. */
export const fixScheme = 'alcove-fix'
/** The page of a rule. */
export const ruleScheme = 'alcove-rule'
/** A file with the changes that wait for the user. */
export const reviewScheme = 'alcove-review'
/** By this the editor's own chat knows our models. */
export const chatVendor = 'alcove'
/** A tool for models of the editor's own chat. */
export const securityToolName = 'alcove_analyzeSecurity'
export const reportPanelType = 'alcove.privacyReport'
export const statusItemId = 'alcove.status'
export const dashboardViewType = 'alcove.dashboard'
/** Settings below it say what things cost. */
export const costsSection = 'alcove.costs'
export const findingsViewId = 'alcove.findings'
export const chatViewId = 'alcove.chat'
export const chatModelSetting = 'alcove.chat.modelPath'
export const destinationsSetting = 'alcove.privacy.allowedDestinations'
export const strongerRulesSetting = 'alcove.strongerModel.rules'
export const strongerTokensSetting = 'alcove.strongerModel.monthlyTokens'
