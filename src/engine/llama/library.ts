import type { Llama, LlamaLogLevel } from 'node-llama-cpp'
import { EngineError } from '../../protocol/engineErrors.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Logger } from '../../shared/logger.ts'

type Module = typeof import('node-llama-cpp')

/** node-llama-cpp with its native parts loaded. */
export interface LlamaLibrary {
	readonly llama: Llama
	/** Errors that llama.cpp logs while `work` runs, joined; its own errors say no more than "failed". */
	collectErrors<T>(work: () => Promise<T>): Promise<{ value: T } | { error: unknown; log: string }>
	/** Whether something failed for want of memory. */
	isOutOfMemory(error: unknown): boolean
	quantizationName(fileType: number): string | undefined
}

/** Version of node-llama-cpp. @throws EngineError `libraryMissing`. */
export async function libraryVersion(): Promise<string> {
	return (await load()).getModuleVersion()
}

/**
 * Loads llama.cpp: with a GPU where `gpu` is `auto` and one works, else on the CPU. Downloads and compiles nothing.
 *
 * @throws EngineError `libraryMissing`.
 */
export async function openLibrary(gpu: 'auto' | 'off', logger: Logger): Promise<LlamaLibrary> {
	const module = await load()
	const collectors = new Set<string[]>()
	const open = (wanted: 'auto' | false) => {
		const onLog = (level: LlamaLogLevel, text: string) => forward(level, text.trim(), logger, collectors)
		return module.getLlama({
			gpu: wanted,
			build: 'never',
			skipDownload: true,
			progressLogs: false,
			logLevel: module.LlamaLogLevel.warn,
			logger: onLog,
			// Contexts say how many threads they want; the library's own share-out would give a draft's context one.
			maxThreads: 0,
		})
	}
	let llama: Llama | undefined
	if (gpu === 'auto') {
		llama = await open('auto').catch((error: unknown) => {
			logger.log('warn', 'engine.gpuFailed', { detail: messageOf(error), used: 'cpu' })
			return undefined
		})
	}
	llama ??= await open(false).catch((error: unknown) => {
		throw missing(error)
	})
	logger.log('info', 'engine.backend', { wanted: gpu, used: llama.gpu === false ? 'cpu' : llama.gpu })
	return {
		llama,
		collectErrors: (work) => collect(collectors, work),
		isOutOfMemory: (error) => error instanceof module.InsufficientMemoryError,
		quantizationName: (fileType) => module.GgufFileType[fileType]?.replace(/^MOSTLY_|^ALL_/, ''),
	}
}

async function load(): Promise<Module> {
	try {
		return await import('node-llama-cpp')
	} catch (error) {
		throw missing(error)
	}
}

function missing(error: unknown): EngineError {
	return new EngineError({ code: 'libraryMissing', detail: messageOf(error) }, { cause: error })
}

function forward(level: LlamaLogLevel, text: string, logger: Logger, collectors: ReadonlySet<string[]>): void {
	if (text === '') return
	const isError = level === 'error' || level === 'fatal'
	if (isError) for (const collector of collectors) collector.push(text)
	logger.log(isError ? 'error' : 'warn', 'llama', { text: text.slice(0, 1000) })
}

async function collect<T>(
	collectors: Set<string[]>,
	work: () => Promise<T>,
): Promise<{ value: T } | { error: unknown; log: string }> {
	const lines: string[] = []
	collectors.add(lines)
	try {
		return { value: await work() }
	} catch (error) {
		// The library hands its log lines over in a later microtask.
		await new Promise((resolve) => setImmediate(resolve))
		return { error, log: lines.join('; ') }
	} finally {
		collectors.delete(lines)
	}
}
