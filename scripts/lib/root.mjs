import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder, absolute. */
export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))
