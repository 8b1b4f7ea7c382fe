import { importsOf, packageOf } from '../imports.ts'
import { type Breach, breach, type Source } from '../sources.ts'

interface Restriction {
	/** Node modules (without `node:`) and packages. */
	readonly modules: readonly string[]
	readonly allowedIn: readonly string[]
	readonly why: string
}

export const restrictions: readonly Restriction[] = [
	{
		modules: [
			...['net', 'tls', 'http', 'https', 'http2', 'dgram', 'dns', 'inspector'],
			...['undici', 'ws', 'axios', 'got', 'node-fetch', 'superagent', 'socket.io-client', 'ipull'],
		],
		allowedIn: [
			'src/node/network/guardedNetwork.ts',
			// Listens on 127.0.0.1 for `alcove serve`, and connects to nothing.
			'src/node/serve/loopbackServer.ts',
			// The lock takes them away.
			'src/lockdown/lockdown.ts',
		],
		why: 'opens sockets, which only the guarded network and the server of `alcove serve` do',
	},
	{
		modules: ['child_process'],
		allowedIn: [
			'src/node/engine/engineProcess.ts',
			'src/lockdown/lockdown.ts',
			'src/node/security/analysisProcess.ts',
			// Templates from model files, in JavaScript alone.
			'src/engine/chat/renderTemplate.ts',
			// A document may ask for all the time and memory there is: its process is ended then.
			'src/node/documents/pdfReader.ts',
			// Asks macOS and Windows what the machine runs on.
			'src/node/power/readPower.ts',
			// Asks git what changed.
			'src/node/security/gitChanges.ts',
			// Measures a model apart from the editor.
			'src/node/cliProcess.ts',
			// Runs the tests of what a model wrote, confined.
			'src/cli/eval/sandbox.ts',
		],
		why: 'starts processes, which only the supervisor of the engine, the security analysis, the look at the battery, benchmarks and the evaluation of models do',
	},
	{
		modules: ['worker_threads', 'cluster'],
		// Templates from model files, in JavaScript alone; parsers, in WebAssembly.
		allowedIn: [
			'src/node/restartedThread.ts',
			'src/node/syntax/codeWorker.ts',
			'src/node/retrieval/searchWorker.ts',
			'src/node/lockedThread.ts',
			'src/lockdown/lockdown.ts',
		],
		why: 'runs llama.cpp or the host in threads that cannot be ended safely',
	},
	{ modules: ['module'], allowedIn: ['src/lockdown/lockdown.ts'], why: 'loads code that no rule has seen' },
	{ modules: ['vm', 'repl', 'wasi'], allowedIn: [], why: 'loads code that no rule has seen' },
]

export function restrictedModuleBreaches(sources: readonly Source[]): Breach[] {
	return sources.flatMap((source) =>
		importsOf(source).flatMap(({ specifier, node }) => {
			const name = packageOf(specifier.replace(/^node:/, ''))
			return restrictions
				.filter(({ modules, allowedIn }) => modules.includes(name) && !allowedIn.includes(source.path))
				.map(({ why }) => breach(source, node, `${specifier} ${why}`))
		}),
	)
}
