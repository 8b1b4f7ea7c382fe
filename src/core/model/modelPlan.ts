import type { Settings } from '../settings.ts'
import { bytesOf, type CatalogueFile, type CatalogueModel } from './catalogue/catalogue.ts'
import type { ComputeMachine } from './engineControl.ts'
import { type InstalledModel, type ModelTraits, memoryFor } from './installedModel.ts'
import { embeddingContextSize } from './selectModel.ts'

/** What models may take on this machine, and why. */
export interface MemoryBudget {
	readonly bytes: number
	/** Where models compute. */
	readonly place: 'gpu' | 'processor'
}

/** A system, an editor and a browser want the rest. */
const memoryShare = 0.6
const gpuShare = 0.9
/** What a model takes beside its weights where only the length of its file is known. */
const overheadShare = 1.1
const overheadBytes = 300 << 20

/** A graphics card with memory of its own is filled; what shares the main memory leaves room for everybody else. */
export function memoryBudget({ memory, gpu }: ComputeMachine): MemoryBudget {
	if (gpu && !gpu.isUnified) return { bytes: Math.floor(gpu.freeBytes * gpuShare), place: 'gpu' }
	const bytes = Math.floor(Math.min(memory.availableBytes, memory.totalBytes * memoryShare))
	return { bytes, place: gpu ? 'gpu' : 'processor' }
}

/** Bytes that an installed model takes with a context of so many tokens; its file's where it could not be read. */
export function installedNeed(model: InstalledModel, contextSize: number): number {
	if ('problem' in model.about) return model.fileBytes
	const { memory, contextSize: most } = model.about.traits
	return memoryFor(memory, Math.min(contextSize, most))
}

type PlanSettings = Pick<
	Settings,
	| 'model.path'
	| 'model.draftPath'
	| 'chat.enabled'
	| 'chat.modelPath'
	| 'chat.contextSize'
	| 'chat.embeddingModelPath'
	| 'engine.contextSize'
>

/** Bytes that the models take together which the settings name; those that are not among the installed ones are left out. */
export function needInUse(installed: readonly InstalledModel[], settings: PlanSettings): number {
	const plain = settings['engine.contextSize']
	const ofChat = settings['chat.enabled'] ? Math.max(plain, settings['chat.contextSize']) : 0
	const hasOwnChat = settings['chat.modelPath'] !== '' && settings['chat.modelPath'] !== settings['model.path']
	const contexts = new Map<string, number>()
	const use = (path: string, contextSize: number) => contexts.set(path, Math.max(contexts.get(path) ?? 0, contextSize))
	use(settings['model.path'], hasOwnChat ? plain : Math.max(plain, ofChat))
	use(settings['model.draftPath'], plain)
	if (ofChat > 0) use(settings['chat.modelPath'], ofChat)
	use(settings['chat.embeddingModelPath'], embeddingContextSize)
	return installed.reduce((sum, model) => {
		const contextSize = contexts.get(model.path)
		return contextSize === undefined ? sum : sum + installedNeed(model, contextSize)
	}, 0)
}

/** The same for one that is not there yet: an estimate, from the length of its file. */
export function catalogueNeed(file: CatalogueFile): number {
	return Math.ceil(bytesOf(file) * overheadShare) + overheadBytes
}

/** Billions of numbers that compute one token: what its speed depends on. */
export function activeBillions(model: CatalogueModel | ModelTraits): number {
	return 'parameters' in model ? model.parameters / 1e9 : (model.activeBillions ?? model.billions)
}
