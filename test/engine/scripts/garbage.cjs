// A program that has a channel to its parent but does not speak the engine's protocol.
process.on('message', () => {})
process.send('ready')
process.send({ type: 'hello' })
