import { keyOf, type NameKey } from './nameKeys.ts'

const pattern = /[\p{L}_$][\p{L}\p{N}_$]*/gu

/** Words that stand in every file say nothing about it. */
const common = new Set(
	(
		'abstract and any as assert async await base bool boolean break byte case catch char class const continue def default defer del delete do ' +
		'double elif else elsif end enum except export extends extern False false final finally fn for foreach from func function go goto if impl ' +
		'implements import in include instanceof int interface internal is it lambda let long loop match mod module mut namespace new nil None not null ' +
		'number object of operator or out override package params pass private protected pub public raise readonly ref require return Self self short ' +
		'signed sizeof static str string struct super switch template then this throw throws trait True true try type typedef typeof undefined union ' +
		'unless unsafe unsigned use using var virtual void volatile when where while with yield'
	).split(' '),
)

export const commonKeys: ReadonlySet<NameKey> = new Set([...common].map(keyOf))

/** Whether a word stands in code of many languages and names nothing. */
export function isCommonWord(word: string): boolean {
	return common.has(word)
}

/** The names in a piece of code, in order, without what every file has. Words of comments and strings count too. */
export function identifiersIn(text: string): string[] {
	const names: string[] = []
	for (const [name] of text.matchAll(pattern)) if (name.length > 1 && !common.has(name)) names.push(name)
	return names
}
