import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type FoundBrowser, findBrowser } from '../../../scripts/lib/findBrowser.mjs'
import { packageExtension } from '../../../scripts/lib/packageExtension.mjs'
import { step } from '../../../scripts/lib/progress.mjs'
import { root } from '../../../scripts/lib/root.mjs'
import { ownTarget } from '../../../scripts/lib/targets.mjs'
import { type EditorHost, installEditorHost } from '../host/install.mjs'

/** What every test in a real editor needs; made once for all files of a project. */
export interface Prepared {
	/** Absolute path of the VSIX, packaged from the sources as they are now. */
	readonly vsix: string
	readonly host: EditorHost
	readonly browser: FoundBrowser
}

declare module 'vitest' {
	interface ProvidedContext {
		prepared: Prepared
	}
}

export async function prepare(): Promise<Prepared> {
	const target = ownTarget()
	if (!target) throw new Error(`There is no VSIX for ${process.platform}-${process.arch}`)
	const { file } = await packageExtension(target, { outDir: join(root, 'out', 'test') })
	const host = await installEditorHost()
	const browser = await step('Looking for a browser', findBrowser, { quiet: true })
	return { vsix: file, host, browser }
}

/** Called by vitest before the files of a project. */
export async function setup(project: TestProject): Promise<void> {
	project.provide('prepared', await prepare())
}
