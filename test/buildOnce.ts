import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Builds the bundles that the tests of this project start as processes, and gives their own files a place. */
export async function setup(): Promise<() => void> {
	const { buildAll } = await import('../scripts/build.mjs')
	await buildAll()
	// A worker has no chance to tidy up: it is killed when its tests are done.
	const folder = mkdtempSync(join(tmpdir(), 'alcove-test-'))
	process.env.ALCOVE_TEST_FOLDER = folder
	return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
