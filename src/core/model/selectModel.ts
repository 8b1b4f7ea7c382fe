import type { Settings } from '../settings.ts'
import type { ModelSpec } from './ports.ts'

/** Where things are on this machine; absolute paths. */
export interface ModelPlaces {
	readonly starter: { readonly path: string; readonly draftPath: string }
	readonly homeDir: string
}

/** The model that the settings ask for; the starter model where they ask for none. */
export function selectModel(settings: Settings, { starter, homeDir }: ModelPlaces): ModelSpec {
	const limits = { contextSize: settings['engine.contextSize'], gpu: settings['engine.gpu'] }
	const path = settings['model.path'].trim()
	if (path === '') return { origin: 'starter', ...starter, ...limits }
	return { origin: 'user', path: path.replace(/^~(?=[\\/])/, () => homeDir), ...limits }
}
