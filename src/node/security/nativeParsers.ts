import type NativeParser from 'tree-sitter'
import type { GrammarName } from '../../core/syntax/grammarOf.ts'

export type { NativeParser }

type Grammar = Parameters<NativeParser['setLanguage']>[0]

/**
 * Compiled grammars, of the same versions as those in `grammars/`: both parsers make the same trees. Those of the other languages would
 * be larger than all that they are worth.
 */
const packages: Partial<Record<GrammarName, () => Promise<unknown>>> = {
	go: () => import('tree-sitter-go'),
	java: () => import('tree-sitter-java'),
	javascript: () => import('tree-sitter-javascript'),
	python: () => import('tree-sitter-python'),
	tsx: async () => exported<{ readonly tsx: unknown }>(await import('tree-sitter-typescript')).tsx,
	typescript: async () => exported<{ readonly typescript: unknown }>(await import('tree-sitter-typescript')).typescript,
}

/** Parsers that are compiled for this platform. They load only where the system has a C++ library as new as they ask for. */
export class NativeParsers {
	private library: Promise<typeof NativeParser | undefined> | undefined
	private failure: string | undefined

	/** @returns why no native parser loads; undefined where they do */
	async problem(): Promise<string | undefined> {
		await this.load()
		return this.failure
	}

	/** Undefined where there is none for this grammar or machine. */
	async parser(name: GrammarName): Promise<NativeParser | undefined> {
		const load = packages[name]
		const Parser = load && (await this.load())
		if (!load || !Parser) return undefined
		try {
			const parser = new Parser()
			parser.setLanguage(exported<Grammar>(await load()))
			return parser
		} catch {
			// The grammar is there in another form.
			return undefined
		}
	}

	private load(): Promise<typeof NativeParser | undefined> {
		this.library ??= import('tree-sitter').then(
			(module) => exported<typeof NativeParser>(module),
			(error: unknown) => {
				this.failure = reasonOf(error)
				return undefined
			},
		)
		return this.library
	}
}

/** Without the paths that stand in its message. */
function reasonOf(error: unknown): string {
	const { code = 'unknown', message = '' } = error as { readonly code?: string; readonly message?: string }
	const missing = /version `([^']+)' not found/.exec(message)?.[1]
	return missing === undefined ? code : `${code}: ${missing} is missing`
}

/** What a module of CommonJS exports. */
function exported<T>(module: unknown): T {
	return ((module as { readonly default?: T }).default ?? module) as T
}
