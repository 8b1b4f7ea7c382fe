import type { TestProject } from 'vitest/node'
import { buildWebview } from '../../scripts/build.mjs'
import { type FoundBrowser, findBrowser } from '../../scripts/lib/findBrowser.mjs'
import { step } from '../../scripts/lib/progress.mjs'
import { bundleFolder } from './viewPage.ts'

declare module 'vitest' {
	interface ProvidedContext {
		viewBrowser: FoundBrowser
	}
}

/** Called by vitest before the files of the project: bundles the view as it is shipped, and looks for a browser. */
export async function setup(project: TestProject): Promise<void> {
	await buildWebview({ minify: true, outDir: bundleFolder })
	project.provide('viewBrowser', await step('Looking for a browser', findBrowser, { quiet: true }))
}
