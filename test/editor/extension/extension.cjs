// Two file systems in memory, one of which takes no changes, and a command that tries to reach an address outside.
const net = require('node:net')
const vscode = require('vscode')

exports.activate = (context) => {
	for (const [scheme, isReadonly] of [
		['alcove-test', false],
		['alcove-test-locked', true],
	]) {
		context.subscriptions.push(vscode.workspace.registerFileSystemProvider(scheme, memoryFiles(), { isReadonly }))
	}
	context.subscriptions.push(
		vscode.commands.registerCommand('alcoveTest.openLocked', () =>
			vscode.window.showTextDocument(vscode.Uri.parse('alcove-test-locked:/virtual.js')),
		),
		vscode.commands.registerCommand('alcoveTest.reachOutside', reachOutside),
		vscode.commands.registerCommand('alcoveTest.askModel', () => shown(askModel)),
		vscode.commands.registerCommand('alcoveTest.useTool', () => shown(useTool)),
	)
}

const code = 'export function add(a, b) {\n\treturn a + b\n}\n\n'

/** The root folder with one file in it. */
function memoryFiles() {
	const changed = new vscode.EventEmitter()
	const files = new Map([['/virtual.js', Buffer.from(code)]])
	const find = (uri) => {
		const content = files.get(uri.path)
		if (!content) throw vscode.FileSystemError.FileNotFound(uri)
		return content
	}
	return {
		onDidChangeFile: changed.event,
		watch: () => ({ dispose() {} }),
		stat(uri) {
			const size = uri.path === '/' ? 0 : find(uri).length
			return {
				type: uri.path === '/' ? vscode.FileType.Directory : vscode.FileType.File,
				ctime: 0,
				mtime: Date.now(),
				size,
			}
		},
		readDirectory: () => [...files.keys()].map((path) => [path.slice(1), vscode.FileType.File]),
		readFile: find,
		writeFile(uri, content) {
			files.set(uri.path, Buffer.from(content))
			changed.fire([{ type: vscode.FileChangeType.Changed, uri }])
		},
		createDirectory() {},
		delete: (uri) => void files.delete(uri.path),
		rename(from, to) {
			files.set(to.path, find(from))
			files.delete(from.path)
		},
	}
}

/** 192.0.2.1 belongs to nobody: it is set aside for examples. */
function reachOutside() {
	return new Promise((resolve) => {
		const socket = net.connect({ host: '192.0.2.1', port: 80, timeout: 2_000 })
		const done = (what) => {
			socket.destroy()
			vscode.window.showInformationMessage(`Tried to reach outside: ${what}`)
			resolve()
		}
		socket.once('error', (error) => done(error.code))
		socket.once('timeout', () => done('timeout'))
		socket.once('connect', () => done('connected'))
	})
}

/** Opens what comes out of it, or what went wrong, as a document. */
async function shown(work) {
	const result = await work().catch((error) => ({ error: String(error) }))
	const content = JSON.stringify(result, null, 2)
	await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language: 'json' }))
}

/** What another extension gets from the chat models of Alcove. */
async function askModel() {
	const [model] = await vscode.lm.selectChatModels({ vendor: 'alcove' })
	if (!model) return { error: 'none' }
	const tokens = await model.countTokens('one two three')
	const { maxInputTokens, name } = model
	const response = await model.sendRequest([vscode.LanguageModelChatMessage.User('Say hello.')])
	let pieces = 0
	let characters = 0
	for await (const text of response.text) {
		pieces++
		characters += text.length
	}
	return { name, maxInputTokens, tokens, pieces, characters }
}

async function useTool() {
	const tool = vscode.lm.tools.find(({ name }) => name === 'alcove_analyzeSecurity')
	const input = { path: 'src/ping.js' }
	const { content } = await vscode.lm.invokeTool(tool.name, { input, toolInvocationToken: undefined })
	return { text: content.map(({ value }) => value).join('') }
}
