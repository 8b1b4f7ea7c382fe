import { parentPort } from 'node:worker_threads'
import { lockDown } from '../lockdown/lockdown.ts'

// Imported first by every thread of ours, so that the lock is closed before anything else is loaded.
// What it may start reads documents, and is locked as well.
lockDown({ scripts: [/\/pdfWorker\.cjs$/] }).onDenied((door) => parentPort?.postMessage({ kind: 'denied', door }))
