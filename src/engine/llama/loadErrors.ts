import { EngineError, type EngineErrorCode } from '../../protocol/engineErrors.ts'
import { messageOf } from '../../shared/errors.ts'

/** What llama.cpp logs when a load fails, and what it means. The first that fits counts. */
const meanings: readonly (readonly [RegExp, EngineErrorCode])[] = [
	[/unknown (model architecture|pre-tokenizer type)|unsupported|not supported/i, 'modelUnsupported'],
	[/not within the file bounds|file is truncated|unexpectedly reached end of file/i, 'modelTruncated'],
	[/unable to allocate|failed to allocate|out of memory|cannot allocate/i, 'modelTooLarge'],
]

/** Longest detail that is passed on, in characters. */
const longestDetail = 500

/** Names what stopped llama.cpp from loading a file whose header is sound. */
export function loadError(path: string, error: unknown, log: string, isOutOfMemory: boolean): EngineError {
	if (error instanceof EngineError) return error
	const said = [messageOf(error), log].filter((text) => text !== '').join(': ')
	const meaning = meanings.find(([pattern]) => pattern.test(said))?.[1]
	const code = isOutOfMemory ? 'modelTooLarge' : (meaning ?? 'modelCorrupt')
	return new EngineError({ code, file: path, detail: said.slice(0, longestDetail) }, { cause: error })
}
