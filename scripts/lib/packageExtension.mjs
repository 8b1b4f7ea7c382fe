import { statSync } from 'node:fs'
import { join } from 'node:path'
import { StepError, step } from './progress.mjs'
import { root } from './root.mjs'
import { run } from './run.mjs'
import { stageExtension } from './stageExtension.mjs'

/**
 * Makes the VSIX for one platform.
 *
 * @param {import('./targets.mjs').TargetName} target
 * @param {{ vulkan?: boolean, outDir?: string }} [options] outDir: an absolute path; by default the `out` of the repository
 * @returns {Promise<{ file: string, bytes: number, fileCount: number }>}
 */
export async function packageExtension(target, { vulkan = false, outDir = join(root, 'out') } = {}) {
	const { readVsix } = await import('./readVsix.mjs')
	const variant = vulkan ? `${target}-vulkan` : target
	const stage = join(outDir, 'stage', variant)
	await stageExtension(stage, target, { vulkan })
	const file = join(outDir, `alcove-${variant}.vsix`)
	const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce')
	// --no-dependencies: the bundles have theirs inside, and the one package beside them is part of the stage.
	const args = ['package', '--no-dependencies', '--allow-missing-repository', '--target', target, '--out', file]
	await step('Packing the VSIX', () => run(process.execPath, [vsce, ...args], { cwd: stage })).catch((error) => {
		const advice = `Mend what vsce complains of; it was run in ${stage}.`
		throw new StepError(`vsce could not pack the extension. ${error.message}`, advice, { cause: error })
	})
	const { entries } = await readVsix(file)
	return { file, bytes: statSync(file).size, fileCount: entries.length }
}
