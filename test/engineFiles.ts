import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { starterModelFiles } from '../src/node/modelFiles.ts'
import { syntheticShapes, writeSyntheticModel } from './synthetic/syntheticModel.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The engine's script, as the build leaves it. */
export const engineEntry = join(root, 'dist', 'engine', 'main.cjs')

export const starter = starterModelFiles(root)

/** A new folder for the files that a test writes; removed when the run ends. */
export function temporaryFolder(): string {
	return mkdtempSync(join(process.env.ALCOVE_TEST_FOLDER ?? tmpdir(), 'files-'))
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
