import { dirname, join } from 'node:path'
import { lockDown } from '../lockdown/lockdown.ts'

/**
 * The lock of the engine process, which is closed before anything else of it is loaded. What it may start: the thread for chat templates, which
 * is locked as well, and what node-llama-cpp tries a native part with, which loads the lock first.
 */
export const lock = lockDown({
	scripts: [/\/engine\/chatTemplateWorker\.cjs$/, /\/node-llama-cpp\/dist\/bindings\/utils\/testBindingBinary\.js$/],
	preload: join(dirname(process.argv[1] ?? ''), 'lockdown.cjs'),
})
