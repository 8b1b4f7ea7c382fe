import { type MentionKind, mentionKinds } from './mentions.ts'

/** What is being typed at the cursor. */
export type WordToComplete =
	| { readonly kind: 'command'; readonly query: string }
	/** The name of a mention, or something to be mentioned. */
	| { readonly kind: 'mention'; readonly query: string }
	/** What stands behind the colon of one. */
	| { readonly kind: 'argument'; readonly of: MentionKind; readonly query: string }

/** Characters before the cursor that are looked at: this is done with every key. */
const longest = 1_000

/** Undefined where nothing is to be suggested. @param cursor in UTF-16 units */
export function wordToComplete(text: string, cursor: number): WordToComplete | undefined {
	const start = Math.max(0, cursor - longest)
	const before = text.slice(start, cursor)
	const command = start === 0 ? /^\s*\/([\w-]*)$/.exec(before) : undefined
	if (command) return { kind: 'command', query: command[1] ?? '' }
	const word =
		/(?:^|[\s(])@([\w-]*)(?:(:)(?:"([^"\n]*)|([^\s"]*)))?$/.exec(before) ?? /(?:^|[\s(])@([\w./-]*)$/.exec(before)
	if (!word) return undefined
	const [, name = '', colon, quoted, plain] = word
	if (colon === undefined) return { kind: 'mention', query: name }
	const of = mentionKinds.find((kind) => kind === name)
	return of && { kind: 'argument', of, query: quoted ?? plain ?? '' }
}
