// Loads and activates the extension once, as an extension host does, and prints how long that took:
//   node activationProbe.cjs EXTENSION_FOLDER [--with-editor]
// With an editor in view the engine is started right afterwards; then it tells what that cost the host, too.
const { mkdtempSync, readFileSync, rmSync } = require('node:fs')
const Module = require('node:module')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const [, , folder, withEditor] = process.argv
const stub = join(__dirname, 'vscodeStub.cjs')
const resolveFilename = Module._resolveFilename
Module._resolveFilename = (name, ...rest) => (name === 'vscode' ? stub : resolveFilename(name, ...rest))
// The host has its own API loaded long before any extension.
const { probe } = require(stub)

const modelReady = new Promise((resolve) => {
	if (!withEditor) resolve()
	else
		probe.openEditor((command, key, value) => {
			if (command === 'setContext' && key === 'alcove.modelReady' && value) resolve()
		})
})

async function main() {
	const context = {
		subscriptions: [],
		extensionPath: folder,
		globalState: { get: (_key, otherwise) => otherwise, update: async () => {} },
		workspaceState: { get: (_key, otherwise) => otherwise, update: async () => {} },
		globalStorageUri: { fsPath: mkdtempSync(join(tmpdir(), 'alcove-probe-')) },
		extension: {
			id: 'alcove.alcove',
			extensionPath: folder,
			packageJSON: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
		},
	}
	const started = performance.now()
	const extension = require(join(folder, 'dist', 'extension.cjs'))
	const loaded = performance.now()
	await extension.activate(context)
	const activated = performance.now()
	const atActivation = performance.eventLoopUtilization()
	await modelReady
	const { active } = performance.eventLoopUtilization(atActivation)
	for (const item of context.subscriptions.reverse()) item.dispose()
	rmSync(context.globalStorageUri.fsPath, { recursive: true, force: true })
	const result = { requireMs: loaded - started, activateMs: activated - loaded, engineStartMs: active }
	process.stdout.write(JSON.stringify(result), () => process.exit())
}

main()
