import * as v from 'valibot'

/**
 * Why the engine could not do what was asked. The first group is about the model's file, the second about the request,
 * the third about the engine itself. Texts for people are made in the editor layer, from the code and the detail.
 */
export const engineErrorCodes = [
	'modelMissing',
	'modelUnreadable',
	'modelNotGguf',
	'modelTruncated',
	'modelCorrupt',
	'modelUnsupported',
	'modelTooLarge',
	'modelNotLoaded',
	'invalidRequest',
	'versionMismatch',
	'libraryMissing',
	'engineStopped',
	'engineCrashed',
	'engineUnresponsive',
	'internal',
] as const

export type EngineErrorCode = (typeof engineErrorCodes)[number]

/** Travels as the `data` of a JSON-RPC error. */
export const EngineErrorData = v.object({
	code: v.picklist(engineErrorCodes),
	/** Absolute path of the file it is about. */
	file: v.optional(v.string()),
	/** A short technical reason, as llama.cpp or the system said it. Holds no source text. */
	detail: v.string(),
	/** For `modelTooLarge`: bytes that would be needed and bytes that are free. */
	neededBytes: v.optional(v.number()),
	availableBytes: v.optional(v.number()),
})
export type EngineErrorData = v.InferOutput<typeof EngineErrorData>

/** A failure that the engine reports, or that its supervisor reports in its place. */
export class EngineError extends Error {
	readonly data: EngineErrorData

	constructor(data: EngineErrorData, options?: { cause?: unknown }) {
		super(`${data.code}: ${data.detail}`, options)
		this.name = 'EngineError'
		this.data = data
	}
}

/** The number that JSON-RPC wants beside our own code (-32000 to -32099 is left to implementations). */
export const engineErrorNumber = -32050
