// Tells its parent what it was started with.
process.on('message', () => {})
const { execArgv, env } = process
process.send({
	jsonrpc: '2.0',
	method: 'environment',
	params: { execArgv, names: Object.keys(env), cwd: process.cwd() },
})
