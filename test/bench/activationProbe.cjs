// Loads and activates the extension once, as an extension host does, and prints how long that took:
//   node activationProbe.cjs EXTENSION_FOLDER
const { readFileSync } = require('node:fs')
const Module = require('node:module')
const { join } = require('node:path')

const folder = process.argv[2]
const stub = join(__dirname, 'vscodeStub.cjs')
const resolve = Module._resolveFilename
Module._resolveFilename = (name, ...rest) => (name === 'vscode' ? stub : resolve(name, ...rest))
// The host has its own API loaded long before any extension.
require(stub)

const context = {
	subscriptions: [],
	extensionPath: folder,
	extension: {
		id: 'alcove.alcove',
		extensionPath: folder,
		packageJSON: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
	},
}
const started = performance.now()
const extension = require(join(folder, 'dist', 'extension.cjs'))
const loaded = performance.now()
Promise.resolve(extension.activate(context)).then(() => {
	const activated = performance.now()
	process.stdout.write(JSON.stringify({ requireMs: loaded - started, activateMs: activated - loaded }), () => {
		for (const item of context.subscriptions.reverse()) item.dispose()
		process.exit()
	})
})
