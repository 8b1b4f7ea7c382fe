import type { GrammarName } from '../../syntax/grammarOf.ts'

/** What the index keeps of one file. */
export interface FileSymbols {
	/** Relative to its root, with `/`. */
	readonly path: string
	readonly grammar: GrammarName
	/** The package or namespace that it says it is in; empty where its language has none. */
	readonly packageName: string
	readonly definitions: readonly Definition[]
	readonly imports: readonly ImportedName[]
	/** The names that its text has, as `packedNames` gives them: which names go together is seen from it. */
	readonly mentions: string
}

/** Something that has a name in a file. */
export interface Definition {
	readonly name: string
	readonly kind: 'function' | 'method' | 'class' | 'interface' | 'type' | 'enum' | 'module' | 'constant' | 'field'
	/** The class, interface or module that it is in, such as `Outer.Inner`. */
	readonly container: string | undefined
	/** Its head without its body, on few lines: `export function add(a: number, b: number): number`. Bounded. */
	readonly signature: string
	/** The first sentence of its comment, without the comment's marks; empty where it has none. */
	readonly doc: string
	/** From 0; the end is exclusive. */
	readonly startLine: number
	readonly endLine: number
	/** Whether other files can name it. */
	readonly exported: boolean
}

/** A name that a file takes from elsewhere. */
export interface ImportedName {
	/** As the file writes it: `./path`, `pkg.module`, `"header.h"`, `crate::x`. */
	readonly from: string
	/** Its name there; undefined: the whole module, or everything in it. */
	readonly name: string | undefined
	/** Its name here; undefined where everything in it can be named directly. */
	readonly alias: string | undefined
}
