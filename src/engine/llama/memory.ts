import { readFile } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import { EngineError } from '../../protocol/engineErrors.ts'
import type { CheckedModelFile } from './checkModelFile.ts'
import type { LlamaLibrary } from './library.ts'

/** Most tokens that are evaluated in one call. Buffers are made for as many. */
export const batchSize = 256

/** What a loaded model takes, in bytes. Weights are mapped from the file, but have to fit to be of any use. */
export function memoryNeeded(file: CheckedModelFile, contextSize: number): number {
	return file.tensorBytes + contextBytes(file, contextSize)
}

/** What each of its contexts takes, in bytes. */
export function contextBytes({ facts }: CheckedModelFile, contextSize: number): number {
	const state = facts.kvBytesPerToken * contextSize
	// The two large buffers of a batch, four bytes a number: attention scores, and a logit for each word.
	const compute = batchSize * (contextSize * facts.heads + facts.vocabularySize) * 4
	return state + compute
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
