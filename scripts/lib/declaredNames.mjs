// Reads the names that a source file declares for others, with the grammars that the extension brings.
import { join } from 'node:path'
import { Language, Parser } from 'web-tree-sitter'
import { root } from './root.mjs'

/** @typedef {import('web-tree-sitter').Node} Node */
/**
 * @typedef {object} Declarations
 * @property {string} grammar
 * @property {ReadonlySet<string>} declaring kinds of nodes whose name counts
 * @property {ReadonlySet<string>} [closed] kinds of nodes that are not looked into
 * @property {(node: Node) => boolean} [isHidden] true for declarations that others cannot name
 */

/**
 * @param {Declarations} declarations
 * @returns {Promise<(text: string) => string[]>}
 */
export async function declaredNames({ grammar, declaring, closed = new Set(), isHidden = () => false }) {
	await Parser.init()
	const parser = new Parser()
	parser.setLanguage(await Language.load(join(root, 'grammars', `${grammar}.wasm`)))
	return (text) => {
		const tree = parser.parse(text)
		if (!tree) throw new Error(`A file for ${grammar} could not be parsed`)
		/** @type {string[]} */
		const names = []
		const open = [tree.rootNode]
		for (let node = open.pop(); node; node = open.pop()) {
			if (closed.has(node.type) || isHidden(node)) continue
			if (declaring.has(node.type)) names.push(...nameOf(node))
			for (const child of node.namedChildren) if (child) open.push(child)
		}
		tree.delete()
		return names
	}
}

/**
 * Also those of a tuple, `a, b = ...`.
 *
 * @param {Node} node
 * @returns {string[]}
 */
function nameOf(node) {
	const name = node.childForFieldName('name') ?? node.childForFieldName('left') ?? node.firstNamedChild
	return name?.text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu)?.slice(0, name.type === 'string' ? 0 : 10) ?? []
}
