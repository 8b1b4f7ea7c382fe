import { type ScannedCode, scanCode } from '../../syntax/scanCode.ts'
import type { DraftPlace } from './draft.ts'

/** Characters before the cursor that are looked at. */
const longestBefore = 1_000

/**
 * Scans an answer as what goes on after the cursor's line: `code` is as long as the answer, `around` is what the cursor is in, and places
 * before the answer are below 0.
 */
export function scanDraft(
	text: string,
	{ before, languageId }: Pick<DraftPlace, 'before' | 'languageId'>,
): ScannedCode {
	const head = before.slice(-longestBefore)
	const scanned = scanCode(head + text, languageId, head.length)
	const { length } = head
	return {
		code: scanned.code.slice(length),
		open: scanned.open.map((quoted) => ({ ...quoted, at: quoted.at - length })),
		around: scanned.around && { ...scanned.around, at: scanned.around.at - length },
		aroundEnd: scanned.aroundEnd === undefined ? undefined : scanned.aroundEnd - length,
	}
}
