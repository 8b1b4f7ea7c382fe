import './locked.ts'

import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node'
import { unloadedNotification } from '../protocol/engine.ts'
import { connectionLogger } from './connectionLogger.ts'
import { Engine } from './engine.ts'
import { guardedReader } from './guardedReader.ts'
import { lock } from './locked.ts'
import { serve } from './server.ts'
import { watchParent } from './watchParent.ts'

/** The engine process: forked by the extension host, which it speaks with over the IPC channel. */
function main(): void {
	if (!process.connected) {
		process.stderr.write('This program is started by Alcove and needs its IPC channel.\n')
		process.exitCode = 2
		return
	}
	const reader = guardedReader(new IPCMessageReader(process), () => logger.log('warn', 'protocol.garbage'))
	const connection = createMessageConnection(reader, new IPCMessageWriter(process))
	const logger = connectionLogger(connection)
	lock.onDenied((door) => logger.log('warn', 'egress.denied', { door, process: 'engine' }))
	// Nobody is left to answer, and there is nothing to save. An orderly exit would have to wait for llama.cpp: leaving
	// while it computes runs its destructors under its own threads.
	const watch = watchParent(() => process.kill(process.pid, 'SIGKILL'))
	serve(connection, {
		engine: new Engine(logger, (model, reason) => {
			// A host that is gone needs to know nothing.
			connection.sendNotification(unloadedNotification.method, { model, reason }).catch(() => {})
		}),
		logger,
		onShutdown() {
			watch.dispose()
			process.once('disconnect', () => process.exit(0))
			process.disconnect()
		},
	})
	connection.listen()
}

main()
