import { lockDown } from '../../lockdown/lockdown.ts'

// Imported first by the process that analyzes, so that the lock is closed before anything else is loaded.
lockDown().onDenied((door) => process.send?.({ kind: 'denied', door }))
