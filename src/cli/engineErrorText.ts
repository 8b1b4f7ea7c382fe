import type { EngineErrorCode, EngineErrorData } from '../protocol/engineErrors.ts'

/** What a failure of the engine means, in one sentence for a person at a terminal. */
export function engineErrorText(data: EngineErrorData): string {
	const { code, file, detail } = data
	const text = `${file ?? 'the model'} ${problems[code] ?? ''}`
	if (code === 'modelTooLarge') return `${text}${memoryText(data)}`
	const sentence = aboutFiles.has(code) ? text : (engineProblems[code] ?? code)
	return detail === '' ? sentence : `${sentence} (${detail})`
}

function memoryText({ neededBytes, availableBytes }: EngineErrorData): string {
	if (neededBytes === undefined || availableBytes === undefined) return ''
	const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20)
	return `: it needs ${megabytes(neededBytes)} MB and ${megabytes(availableBytes)} MB are free`
}

const problems: Partial<Record<EngineErrorCode, string>> = {
	modelMissing: 'is not there',
	modelUnreadable: 'cannot be read',
	modelNotGguf: 'is not a GGUF file',
	modelTruncated: 'is incomplete',
	modelCorrupt: 'is damaged',
	modelUnsupported: 'is not a model that can be used',
	modelTooLarge: 'does not fit into memory',
}

const aboutFiles: ReadonlySet<string> = new Set(Object.keys(problems))

const engineProblems: Partial<Record<EngineErrorCode, string>> = {
	versionMismatch: 'the engine is of another version',
	libraryMissing: 'the library for llama.cpp is not installed',
	engineStopped: 'the engine was stopped',
	engineCrashed: 'the engine ended unexpectedly',
	engineUnresponsive: 'the engine does not answer',
}
