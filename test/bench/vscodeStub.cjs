// An editor that has everything and does nothing, for timing what Alcove itself does while it is activated. Whatever is
// asked of it is a function, a class and an object with everything in it.
const { readFileSync } = require('node:fs')

const anything = new Proxy(class {}, {
	get: (target, key) => {
		if (key === 'prototype') return target.prototype
		// Not a promise, and not a list without end.
		if (key === 'then' || key === Symbol.iterator) return undefined
		if (key === Symbol.toPrimitive) return () => ''
		return anything
	},
	set: () => true,
	apply: () => anything,
	construct: () => anything,
})

const configuration = { get: (_key, fallback) => fallback, inspect: () => undefined, has: () => false }

/** An object with these members, and with anything else. */
const withAnything = (members) => new Proxy(members, { get: (target, key) => (key in target ? target[key] : anything) })

let onCommand = () => {}

const known = {
	workspace: withAnything({ getConfiguration: () => configuration, isTrusted: true }),
	window: withAnything({ activeTextEditor: undefined, visibleTextEditors: [] }),
	commands: withAnything({ executeCommand: async (...command) => onCommand(...command) }),
	l10n: withAnything({ t: (message) => String(message) }),
}

// A bundle copies what the module has by name, so every name of the API has to be there.
const types = readFileSync(require.resolve('@types/vscode/index.d.ts'), 'utf8')
for (const [, name] of types.matchAll(/^\texport (?:abstract )?(?:class|enum|namespace|function|const) (\w+)/gm)) {
	module.exports[name] = known[name] ?? anything
}

/** For the probe: the document in view, and what is called with every command. */
module.exports.probe = {
	openEditor(onDidRunCommand) {
		onCommand = onDidRunCommand
		known.window.activeTextEditor = withAnything({
			document: withAnything({ languageId: 'typescript', uri: withAnything({ scheme: 'file' }) }),
		})
	},
}
