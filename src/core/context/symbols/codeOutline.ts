import type { CancellationToken } from '../../../shared/cancellation.ts'
import type { Definition } from './fileSymbols.ts'

/** Says what a text defines, whether it is a document or not. */
export interface CodeOutline {
	/** In their order. Undefined where the language is not known, the text is too long or too hard, or nobody waits any more. */
	outlineOf(languageId: string, text: string, token: CancellationToken): Promise<readonly Definition[] | undefined>
}
