import ts from 'typescript'
import { type Breach, breach, nodesOf, type Source } from '../sources.ts'
import type { Manifest } from './manifest.ts'

interface Ids {
	readonly declared: ReadonlySet<string>
	/** Those that would do nothing if no code knew of them. */
	readonly needed: ReadonlySet<string>
}

/** Ids of Alcove in the manifest are known to the code, and the other way round. */
export function manifestIdBreaches(manifest: Manifest, sources: readonly Source[]): Breach[] {
	const { declared, needed } = manifestIds(manifest)
	const used = sources.flatMap((source) => alcoveIds(source).map((id) => ({ id, source })))
	const unknown = used
		.filter(({ id }) => !declared.has(id.text) && !isPrefix(id.text, declared))
		.map(({ id, source }) => breach(source, id.node, `${id.text} is not in package.json`))
	const known = new Set(used.map(({ id }) => id.text))
	const unused = [...needed]
		.filter((id) => !known.has(id) && !known.has(id.replace(/^alcove\./, '')))
		.map((id) => ({ path: 'package.json', line: 0, message: `${id} is known to no code` }))
	return [...unknown, ...unused]
}

function manifestIds({ contributes = {} }: Manifest): Ids {
	const commands = new Set<string>()
	const others = new Set<string>()
	for (const { command } of (contributes.commands ?? []) as { command: string }[]) commands.add(command)
	for (const { properties } of (contributes.configuration ?? []) as { properties: object }[]) {
		for (const id of Object.keys(properties)) commands.add(id)
	}
	for (const [, key] of JSON.stringify(contributes).matchAll(/\b(alcove\.[\w.]+)/g)) if (key) others.add(key)
	return { declared: new Set([...commands, ...others]), needed: commands }
}

/** `alcove.completion` as a section of settings. */
function isPrefix(id: string, declared: ReadonlySet<string>): boolean {
	return [...declared].some((other) => other.startsWith(`${id}.`))
}

function alcoveIds({ tree }: Source): { readonly text: string; readonly node: ts.Node }[] {
	return [...nodesOf(tree)].filter(ts.isStringLiteralLike).flatMap((node) => {
		return /^alcove\.[\w.]+$/.test(node.text) ? [{ text: node.text, node }] : []
	})
}
