import { folderOf, lastPart } from './paths.ts'
import { tolerantJson } from './tolerantJson.ts'

/** What is written before an arrow, and the places that it stands for, the first one preferred. `*` stands for any text. */
export type Patterns = readonly (readonly [pattern: string, targets: readonly string[]])[]

/** What a file that describes a project says of where the imports of its files are found. Paths as it writes them. */
export type ProjectFile =
	| {
			/** `tsconfig.json` and the like. */
			readonly kind: 'compiler'
			readonly bases: readonly string[]
			readonly baseUrl: string | undefined
			readonly paths: Patterns | undefined
	  }
	| {
			/** `package.json`. */
			readonly kind: 'package'
			readonly name: string | undefined
			/** By what is written behind the name: `.`, `./sub`. */
			readonly entries: Patterns
			/** By names that begin with `#`. */
			readonly imports: Patterns
	  }
	/** `go.mod` */
	| { readonly kind: 'goModule'; readonly name: string }
	/** `Cargo.toml`: the crate as code names it, and the folder of its sources. */
	| { readonly kind: 'crate'; readonly name: string; readonly sources: string }
	/** `composer.json`: folders by the beginnings of namespaces, without `\` at the end. */
	| { readonly kind: 'autoload'; readonly prefixes: Patterns }

const mostPatterns = 300
const longestPattern = 300
const longestLine = 1_000
const compilerFile = /^[jt]sconfig([.-][\w.-]+)?\.json$/

export function isProjectFile(path: string): boolean {
	const name = lastPart(path)
	return (
		name === 'package.json' ||
		name === 'go.mod' ||
		name === 'Cargo.toml' ||
		name === 'composer.json' ||
		compilerFile.test(name)
	)
}

/** @returns undefined where it says nothing of imports, or cannot be read */
export function readProjectFile(path: string, text: string): ProjectFile | undefined {
	const name = lastPart(path)
	if (name === 'go.mod') return goModule(text)
	if (name === 'Cargo.toml') return crate(text)
	if (!isProjectFile(path)) return undefined
	const json = recordOf(tolerantJson(text))
	if (!json) return undefined
	if (name === 'package.json') return packageOf(json)
	return name === 'composer.json' ? autoload(json) : compiler(json)
}

function compiler(json: Readonly<Record<string, unknown>>): ProjectFile {
	const options = recordOf(json.compilerOptions)
	const paths = recordOf(options?.paths)
	return {
		kind: 'compiler',
		bases: stringsIn(json.extends),
		baseUrl: stringOf(options?.baseUrl),
		paths: paths && patternsOf(Object.entries(paths)),
	}
}

function packageOf(json: Readonly<Record<string, unknown>>): ProjectFile {
	const { exports } = json
	const byPath = recordOf(exports)
	const hasPaths = byPath !== undefined && Object.keys(byPath).some((key) => key.startsWith('.'))
	const main = ['source', 'module', 'main', 'types', 'typings', 'browser'].flatMap((key) => stringsIn(json[key]))
	const entries = hasPaths ? Object.entries(byPath) : [['.', exports] as const]
	return {
		kind: 'package',
		name: stringOf(json.name),
		entries: patternsOf([...entries, ['.', main]]),
		imports: patternsOf(Object.entries(recordOf(json.imports) ?? {})),
	}
}

function goModule(text: string): ProjectFile | undefined {
	const name = /^[ \t]*module[ \t]+"?([^\s"]+)/m.exec(text)?.[1]
	return name === undefined ? undefined : { kind: 'goModule', name }
}

function crate(text: string): ProjectFile | undefined {
	const inPackage = keyIn(text, 'package', 'name')
	const name = keyIn(text, 'lib', 'name') ?? inPackage
	if (name === undefined) return undefined
	return {
		kind: 'crate',
		name: name.replaceAll('-', '_'),
		sources: folderOf(keyIn(text, 'lib', 'path') ?? 'src/lib.rs'),
	}
}

/** The string that a key has in a section of a TOML file. */
function keyIn(text: string, section: string, key: string): string | undefined {
	let current = ''
	for (const line of text.split('\n')) {
		if (line.length > longestLine) continue
		current = /^\s*\[+\s*([^\]]+?)\s*\]/.exec(line)?.[1] ?? current
		const [, name, value] = current === section ? (/^\s*([\w-]+)\s*=\s*["']([^"']+)["']/.exec(line) ?? []) : []
		if (name === key) return value
	}
	return undefined
}

function autoload(json: Readonly<Record<string, unknown>>): ProjectFile {
	const sections = ['autoload', 'autoload-dev'].map((key) => recordOf(json[key]))
	const prefixes = sections.flatMap((section) => Object.entries(recordOf(section?.['psr-4']) ?? {}))
	// The older form repeats the namespace in folders.
	const older = sections.flatMap((section) =>
		Object.entries(recordOf(section?.['psr-0']) ?? {}).map(([prefix, folders]) => {
			const inside = prefix.replaceAll('\\', '/')
			return [prefix, stringsIn(folders).map((folder) => `${folder}/${inside}`)] as const
		}),
	)
	const found = [...prefixes, ...older].map(([prefix, folders]) => [prefix.replace(/\\+$/, ''), folders] as const)
	return { kind: 'autoload', prefixes: patternsOf(found) }
}

function patternsOf(entries: readonly (readonly [string, unknown])[]): Patterns {
	const patterns = entries.slice(0, mostPatterns).map(([pattern, value]) => [pattern, stringsIn(value)] as const)
	return patterns.filter(([pattern, targets]) => pattern.length <= longestPattern && targets.length > 0)
}

/** Every string in a value, in order: a list, or one for each condition. Bounded. */
function stringsIn(value: unknown, depth = 0): string[] {
	if (typeof value === 'string') return value.length <= longestPattern ? [value] : []
	if (typeof value !== 'object' || value === null || depth > 4) return []
	return Object.values(value)
		.slice(0, 20)
		.flatMap((inner) => stringsIn(inner, depth + 1))
}

function stringOf(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' && value.length <= longestPattern ? value : undefined
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}
