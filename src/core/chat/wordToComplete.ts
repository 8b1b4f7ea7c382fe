import { type MentionKind, mentionKinds } from './mentions.ts'

/** What is being typed at the cursor. */
export type WordToComplete =
	| { readonly kind: 'command'; readonly query: string }
	/** The name of a mention, or something to be mentioned. */
	| { readonly kind: 'mention'; readonly query: string }
	/** What stands behind the colon of one. */
	| { readonly kind: 'argument'; readonly of: MentionKind; readonly query: string }

/** Undefined where nothing is to be suggested. @param cursor in UTF-16 units */
export function wordToComplete(text: string, cursor: number): WordToComplete | undefined {
	const before = text.slice(0, cursor)
	const command = /^\s*\/([\w-]*)$/.exec(before)
	if (command) return { kind: 'command', query: command[1] ?? '' }
	const word =
		/(?:^|[\s(])@([\w-]*)(?:(:)(?:"([^"\n]*)|([^\s"]*)))?$/.exec(before) ?? /(?:^|[\s(])@([\w./-]*)$/.exec(before)
	if (!word) return undefined
	const [, name = '', colon, quoted, plain] = word
	if (colon === undefined) return { kind: 'mention', query: name }
	const of = mentionKinds.find((kind) => kind === name)
	return of && { kind: 'argument', of, query: quoted ?? plain ?? '' }
}
