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
	const contextSize = settings['engine.contextSize']
	const path = absolute('model.path')
	if (path === '') return { origin: 'starter', ...starter, contextSize }
	const draftPath = absolute('model.draftPath')
	return { origin: 'user', path, ...(draftPath !== '' && { draftPath }), contextSize }
}

/** The model that answers in the chat: the one that completes, or one of its own beside it. */
export function selectChatModel(settings: Settings, places: ModelPlaces): ModelSpec {
	const completing = selectModel(settings, places)
	const path = absolutePath(settings['chat.modelPath'], places.homeDir)
	if (path === '' || path === completing.path) return completing
	return { origin: 'user', path, contextSize: completing.contextSize }
}

/** The model that makes vectors of texts; undefined where the settings name none. */
export function selectEmbeddingModel(settings: Settings, { homeDir }: ModelPlaces): ModelSpec | undefined {
	const path = absolutePath(settings['chat.embeddingModelPath'], homeDir)
	return path === '' ? undefined : { origin: 'user', path, contextSize: 2_048 }
}

function absolutePath(path: string, homeDir: string): string {
	return path.trim().replace(/^~(?=[\\/])/, () => homeDir)
}
