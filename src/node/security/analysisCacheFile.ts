import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Where the results of a folder are kept, below the editor's storage. */
export function analysisCacheFile(storage: string, root: string): string {
	return join(storage, `analysis-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.gz`)
}
