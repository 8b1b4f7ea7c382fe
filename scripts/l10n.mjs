// Collects the texts of the editor layer for translators: node scripts/l10n.mjs [--check]
// The editor looks a text up by its English wording, so the bundle maps every text to itself.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const bundlePath = join(root, 'media/l10n/bundle.l10n.json')

/** The bundle's text, made from the first arguments of all calls of `l10n.t` below src/. */
export function makeBundle() {
	const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
		name.endsWith('.ts'),
	)
	const messages = new Set(files.flatMap((name) => messagesIn(join(root, 'src', name))))
	const entries = [...messages].sort().map((message) => [message, message])
	return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`
}

export function readBundle() {
	return readFileSync(bundlePath, 'utf8')
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function messagesIn(path) {
	const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true)
	/** @type {string[]} */
	const found = []
	/** @param {ts.Node} node */
	const visit = (node) => {
		if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText(source))) {
			const message = node.arguments[0]
			if (!message || !ts.isStringLiteralLike(message)) {
				const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
				throw new Error(
					`${path}:${line + 1}: the first argument of l10n.t must be a plain text, or no translator will see it`,
				)
			}
			found.push(message.text)
		}
		ts.forEachChild(node, visit)
	}
	visit(source)
	return found
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const bundle = makeBundle()
	if (!process.argv.includes('--check')) writeFileSync(bundlePath, bundle)
	else if (bundle !== readBundle()) {
		console.error('media/l10n/bundle.l10n.json is not up to date: run node scripts/l10n.mjs')
		process.exitCode = 1
	}
}
