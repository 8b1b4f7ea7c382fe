import type { Settings } from '../settings.ts'
import type { ModelSpec } from './engineControl.ts'

/** Where things are on this machine; absolute paths. */
export interface ModelPlaces {
	readonly starter: { readonly path: string; readonly draftPath: string }
	readonly homeDir: string
}

/** The model that the settings ask for; the starter model, with its own draft model, where they ask for none. */
export function selectModel(settings: Settings, { starter, homeDir }: ModelPlaces): ModelSpec {
	const absolute = (key: 'model.path' | 'model.draftPath') => absolutePath(settings[key], homeDir)
	const path = absolute('model.path')
	const chatPath = absolutePath(settings['chat.modelPath'], homeDir)
	// One that answers in the chat as well is loaded once for both: another size of the context would have it loaded again.
	const isForChat = settings['chat.enabled'] && (chatPath === '' || chatPath === path)
	const context = isForChat ? chatContext(settings) : { contextSize: settings['engine.contextSize'] }
	if (path === '') return { origin: 'starter', ...starter, ...context }
	const draftPath = absolute('model.draftPath')
	return { origin: 'user', path, ...(draftPath !== '' && { draftPath }), ...context }
}

/** Files that are shown take more room than what completes a line. */
function chatContext(settings: Settings): Pick<ModelSpec, 'contextSize' | 'leastContextSize'> {
	const least = settings['engine.contextSize']
	const contextSize = Math.max(least, settings['chat.contextSize'])
	return { contextSize, ...(contextSize > least && { leastContextSize: least }) }
}

/** The model that answers in the chat: the one that completes, or one of its own beside it. */
export function selectChatModel(settings: Settings, places: ModelPlaces): ModelSpec {
	const completing = selectModel(settings, places)
	const path = absolutePath(settings['chat.modelPath'], places.homeDir)
	if (path === '' || path === completing.path) return completing
	return { origin: 'user', path, ...chatContext(settings) }
}

/** Tokens: pieces of files are shorter. */
export const embeddingContextSize = 2_048

/** The model that makes vectors of texts; undefined where the settings name none. */
export function selectEmbeddingModel(settings: Settings, { homeDir }: ModelPlaces): ModelSpec | undefined {
	const path = absolutePath(settings['chat.embeddingModelPath'], homeDir)
	return path === '' ? undefined : { origin: 'user', path, contextSize: embeddingContextSize }
}

function absolutePath(path: string, homeDir: string): string {
	return path.trim().replace(/^~(?=[\\/])/, () => homeDir)
}
