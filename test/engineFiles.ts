import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { starterModelFiles } from '../src/node/modelFiles.ts'
import { syntheticShapes, writeSyntheticModel } from './synthetic/syntheticModel.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The engine's script, as the build leaves it. */
export const engineEntry = join(root, 'dist', 'engine', 'main.cjs')

export const starter = starterModelFiles(root)

/** A folder for the files of one test file or `describe`, in whose body this is called; removed after its tests. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-test-'))
	afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
	return folder
}

/**
 * Writes a small model whose answer ends only at the limit of tokens, and is the same every time: for tests that stop or
 * cancel in the middle.
 */
export function writeTalkativeModel(folder: string): string {
	const path = join(folder, 'talkative.gguf')
	writeSyntheticModel(path, { ...syntheticShapes['8M'], contextSize: 2_048, type: 'Q8_0' })
	return path
}
