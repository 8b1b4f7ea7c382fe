// Never answers.
process.on('message', () => {})
