import type { GrammarName } from '../../syntax/grammarOf.ts'

/** Languages whose files name what the others define are one family. */
export function familyOf(grammar: GrammarName): string {
	switch (grammar) {
		case 'typescript':
		case 'tsx':
		case 'javascript':
			return 'script'
		case 'c':
		case 'cpp':
			return 'c'
		case 'java':
		case 'kotlin':
			return 'jvm'
		default:
			return grammar
	}
}
