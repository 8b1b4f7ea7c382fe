import { parentPort } from 'node:worker_threads'
import { lockDown } from '../lockdown/lockdown.ts'

// Imported first by every thread of ours, so that the lock is closed before anything else is loaded.
lockDown().onDenied((door) => parentPort?.postMessage({ kind: 'denied', door }))
