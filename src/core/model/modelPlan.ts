import { bytesOf, type CatalogueFile, type CatalogueModel } from './catalogue/catalogue.ts'
import type { ComputeMachine } from './engineControl.ts'
import { type InstalledModel, type ModelTraits, memoryFor } from './installedModel.ts'

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

/** The same for one that is not there yet: an estimate, from the length of its file. */
export function catalogueNeed(file: CatalogueFile): number {
	return Math.ceil(bytesOf(file) * overheadShare) + overheadBytes
}

/** Billions of numbers that compute one token: what its speed depends on. */
export function activeBillions(model: CatalogueModel | ModelTraits): number {
	return 'parameters' in model ? model.parameters / 1e9 : (model.activeBillions ?? model.billions)
}
