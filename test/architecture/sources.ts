import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A source file with its syntax tree. */
export interface Source {
	/** Relative to the repository, with `/`. */
	readonly path: string
	readonly tree: ts.SourceFile
}

/** A place that breaks a rule. */
export interface Breach {
	readonly path: string
	/** From 1; 0 where the file as a whole is meant. */
	readonly line: number
	readonly message: string
}

export function source(path: string, text: string): Source {
	const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
	return { path, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind) }
}

/** Every TypeScript file of the product. */
export function productSources(): Source[] {
	return ['src', 'webview'].flatMap((folder) =>
		filesUnder(folder)
			.filter((path) => /\.[cm]?[jt]sx?$/.test(path))
			.map((path) => source(path, read(path))),
	)
}

/** @param path relative to the repository */
export function read(path: string): string {
	return readFileSync(join(root, path), 'utf8')
}

/** Files of a folder and below, relative to the repository, in a fixed order; none where the folder is not there. */
export function filesUnder(folder: string, skip: (path: string) => boolean = () => false): string[] {
	const files: string[] = []
	for (const entry of entriesOf(folder)) {
		const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
		if (entry.name === 'node_modules' || entry.name === '.git' || skip(path)) continue
		if (entry.isDirectory()) files.push(...filesUnder(path, skip))
		else if (entry.isFile()) files.push(path)
	}
	return files
}

function entriesOf(folder: string) {
	try {
		return readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
		throw error
	}
}

export function breach(source: Source, node: ts.Node, message: string): Breach {
	const { line } = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree))
	return { path: source.path, line: line + 1, message }
}

/** Every node of a file, parents before children. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
	yield node
	const children: ts.Node[] = []
	ts.forEachChild(node, (child) => {
		children.push(child)
	})
	for (const child of children) yield* nodesOf(child)
}

/** One line for each breach, so that a failing test shows where to look. */
export function report(breaches: readonly Breach[]): string[] {
	return breaches.map(({ path, line, message }) => `${path}${line > 0 ? `:${line}` : ''} ${message}`)
}
