/** Every id that the manifest and the code share; a test compares the two in both directions. */
export const commandIds = {
	showMenu: 'alcove.showMenu',
	toggleCompletions: 'alcove.toggleCompletions',
	toggleCompletionsForLanguage: 'alcove.toggleCompletionsForLanguage',
	chooseModel: 'alcove.chooseModel',
	useStarterModel: 'alcove.useStarterModel',
	restartEngine: 'alcove.restartEngine',
	showLog: 'alcove.showLog',
	copyDiagnostics: 'alcove.copyDiagnostics',
	openWalkthrough: 'alcove.openWalkthrough',
	openSettings: 'alcove.openSettings',
} as const

export type CommandName = keyof typeof commandIds

/**
 * Commands that stand for events and are not for people, so not in the palette. Steps of the walkthrough wait for them
 * beside the context keys: the editor does not see a key that was set before it read the walkthrough (1.139).
 */
export const eventCommandIds = {
	/** Run by the editor when a suggestion is accepted. */
	suggestionAccepted: 'alcove.internal.suggestionAccepted',
	modelReady: 'alcove.internal.modelReady',
} as const

export const contextKeys = {
	/** A model was loaded and answers. */
	modelReady: 'alcove.modelReady',
	/** A suggestion was accepted in this window. */
	completionAccepted: 'alcove.completionAccepted',
} as const

export const configurationSection = 'alcove'
export const walkthroughId = 'start'
export const statusItemId = 'alcove.status'
