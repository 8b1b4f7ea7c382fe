// An "engine" of another protocol version.
process.on('message', ({ id, method }) => {
	if (method !== 'initialize') return
	process.send({ jsonrpc: '2.0', id, result: { protocolVersion: 99, pid: process.pid, libraryVersion: 'other' } })
})
