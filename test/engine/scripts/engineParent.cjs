// A parent for a test to kill: forks the engine named first, loads the model named second (with a pipe as IPC channel
// that only this process holds), begins what the third argument says (the fourth is the protocol's version), and tells its parent the engine's process id.
const { fork, spawn } = require('node:child_process')

const [, , entry, model, work, protocolVersion] = process.argv
const engine = fork(entry, [], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, execArgv: [], stdio: 'ignore' })
let id = 0
const send = (method, params) => engine.send({ jsonrpc: '2.0', id: ++id, method, params })
const tell = () => process.send(engine.pid)
engine.on('message', (message) => {
	if (message.error) throw new Error(message.error.message)
	// The answers come in order: 1 to initialize, 2 to model/load.
	if (message.id === 1) {
		if (work === 'start') return tell()
		if (work === 'share') {
			// Another process holds this end of the channel, too: the engine will not see it close.
			const holder = spawn('sleep', ['60'], { stdio: [engine.channel.fd, 'ignore', 'ignore'] })
			return process.send([engine.pid, holder.pid])
		}
		send('model/load', { path: model, contextSize: 2048, progressToken: 'load' })
	}
	if (message.method === '$/progress' && message.params.token === 'load' && work === 'load') tell()
	if (message.id === 2) {
		if (work === 'idle') return tell()
		const prefix = work === 'prefill' ? 'a'.repeat(1800) : 'a'
		send('complete', { prefix, suffix: '', maxTokens: 2000, stop: [], progressToken: 'text' })
		if (work === 'prefill') tell()
	}
	if (message.method === '$/progress' && message.params.token === 'text' && work === 'decode') tell()
})
send('initialize', { protocolVersion: Number(protocolVersion), gpu: 'off' })
