import { readFile } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import { type ContextShape, contextBytes, memoryNeeded, usualBatchSize } from '../../gguf/memoryNeed.ts'
import type { EngineResult } from '../../protocol/engine.ts'
import { EngineError } from '../../protocol/engineErrors.ts'
import type { CheckedModelFile } from './checkModelFile.ts'
import { smallestBatch } from './contextSettings.ts'
import type { LlamaLibrary } from './library.ts'

/** Numbers of one block in q8_0: keys and values of a layer have to be whole blocks. */
const kvBlock = 32

/** Whether llama.cpp can keep a model's keys and values in q8_0. */
export function canQuantizeKv({ facts }: CheckedModelFile): boolean {
	const { heads, embeddingLength } = facts
	return heads > 0 && Number.isInteger(embeddingLength / heads) && (embeddingLength / heads) % kvBlock === 0
}

/**
 * How a model is to be made for a context of so many tokens: as usual where that fits, with smaller keys and values where
 * only those do, so that the context that was asked for is kept.
 *
 * @throws EngineError `modelTooLarge` with the least that it needs.
 */
export function fittingShape(file: CheckedModelFile, contextSize: number, availableBytes: number): ContextShape {
	const usual: ContextShape = { contextSize, batchSize: usualBatchSize, flashAttention: false, kvType: 'f16' }
	if (memoryNeeded(file, usual) <= availableBytes) return usual
	// Small batches make a long prompt a little slower, small keys and values every token.
	const lean: ContextShape = { ...usual, batchSize: smallestBatch }
	if (memoryNeeded(file, lean) <= availableBytes || !canQuantizeKv(file)) {
		ensureMemory(file.path, memoryNeeded(file, lean), availableBytes)
		return lean
	}
	const least: ContextShape = { ...lean, flashAttention: true, kvType: 'q8_0' }
	ensureMemory(file.path, memoryNeeded(file, least), availableBytes)
	return least
}

/**
 * The largest context up to `wanted` with which a model and a second conversation are as fast as they can be; `least` where none is.
 *
 * @param availableBytes where it computes fastest
 */
export function roomyContext(
	file: CheckedModelFile,
	{ wanted, least }: { readonly wanted: number; readonly least: number },
	availableBytes: number,
): number {
	for (let contextSize = wanted; contextSize > least; contextSize = Math.floor(contextSize / 2)) {
		const shape = { contextSize, batchSize: usualBatchSize, flashAttention: false, kvType: 'f16' } as const
		if (memoryNeeded(file, shape) + contextBytes(file, shape) <= availableBytes) return contextSize
	}
	return least
}

/** @throws EngineError `modelTooLarge` with both numbers. */
export function ensureMemory(path: string, neededBytes: number, availableBytes: number): void {
	if (neededBytes <= availableBytes) return
	const detail = `${neededBytes} bytes needed, ${Math.floor(availableBytes)} available`
	throw new EngineError({
		code: 'modelTooLarge',
		file: path,
		detail,
		neededBytes: Math.ceil(neededBytes),
		availableBytes: Math.floor(availableBytes),
	})
}

/** Bytes that models may take, in main memory and on the GPU together. */
export async function freeMemory({ llama }: LlamaLibrary): Promise<number> {
	const memory = await availableMemory(async () => (await llama.getRamState()).free)
	if (llama.gpu === false) return memory
	const { free, unifiedSize } = await llama.getVramState()
	return unifiedSize > 0 ? Math.max(memory, free) : memory + free
}

/** What the machine has, and what of it is free. */
export async function machineMemory({ llama }: LlamaLibrary): Promise<EngineResult<'machine'>> {
	const availableBytes = Math.floor(await availableMemory(async () => (await llama.getRamState()).free))
	const memory = { totalBytes: totalmem(), availableBytes: Math.max(0, availableBytes) }
	if (llama.gpu === false) return { memory }
	const { total, free, unifiedSize } = await llama.getVramState()
	return { memory, gpu: { backend: llama.gpu, totalBytes: total, freeBytes: free, isUnified: unifiedSize > 0 } }
}

/** Bytes that a model may take where it computes fastest: what does not fit on a graphics card slows everything down. */
export async function fastMemory(library: LlamaLibrary): Promise<number> {
	if (library.llama.gpu === false) return freeMemory(library)
	const { free, unifiedSize } = await library.llama.getVramState()
	return unifiedSize > 0 ? freeMemory(library) : free
}

/** Of the machine's memory this much is for everybody else. */
const leastShare = 0.04
const leastBytes = 256 << 20

/** Whether so little memory is left that the machine may begin to swap, or to end programs. */
export async function isMemoryShort(): Promise<boolean> {
	const available = await availableMemory(async () => 0)
	return available < Math.max(leastBytes, totalmem() * leastShare)
}

/**
 * Bytes of main memory that a new allocation may take, page cache included, which gives way.
 *
 * @param fallback for systems where neither the kernel nor Node says it; `os.freemem` alone counts only idle pages.
 */
async function availableMemory(fallback: () => Promise<number>): Promise<number> {
	if (process.platform === 'linux') return linuxAvailableMemory()
	try {
		return Math.max(freemem(), await fallback())
	} catch {
		return freemem()
	}
}

async function linuxAvailableMemory(): Promise<number> {
	const [meminfo, limit, used, fileCache] = await Promise.all([
		readFile('/proc/meminfo', 'utf8').catch(() => ''),
		readNumber('/sys/fs/cgroup/memory.max'),
		readNumber('/sys/fs/cgroup/memory.current'),
		readStat('/sys/fs/cgroup/memory.stat', 'file'),
	])
	const available = /^MemAvailable:\s+(\d+) kB/m.exec(meminfo)
	const host = available ? Number(available[1]) * 1024 : freemem()
	// In a container the limit is the container's.
	return limit === undefined || used === undefined ? host : Math.min(host, limit - used + (fileCache ?? 0))
}

async function readNumber(path: string): Promise<number | undefined> {
	const text = await readFile(path, 'utf8').catch(() => '')
	return /^\d+$/.test(text.trim()) ? Number(text) : undefined
}

async function readStat(path: string, key: string): Promise<number | undefined> {
	const text = await readFile(path, 'utf8').catch(() => '')
	const match = new RegExp(`^${key} (\\d+)$`, 'm').exec(text)
	return match ? Number(match[1]) : undefined
}
