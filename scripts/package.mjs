// Makes a VSIX: node scripts/package.mjs [--target linux-x64] [--out DIR] [--with-vulkan]
import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureDependencies } from './lib/dependencies.mjs'
import { packageExtension } from './lib/packageExtension.mjs'
import { fail, StepError } from './lib/progress.mjs'
import { ownTarget, targetNames } from './lib/targets.mjs'

async function main() {
	const { values } = parseArgs({
		options: {
			target: { type: 'string' },
			out: { type: 'string', default: 'out' },
			'with-vulkan': { type: 'boolean', default: false },
		},
	})
	const known = `The targets are ${targetNames.join(', ')}.`
	const target = values.target ? targetNames.find((name) => name === values.target) : ownTarget()
	if (!target)
		throw new StepError(
			`There is no target ${values.target ?? 'for this machine'}.`,
			`Name one with --target. ${known}`,
		)
	await ensureDependencies()
	const { file, bytes, fileCount } = await packageExtension(target, {
		vulkan: values['with-vulkan'],
		outDir: resolve(values.out),
	})
	console.log(`${relative('.', file)}: ${fileCount} files, ${(bytes / 1e6).toFixed(1)} MB`)
}

await main().catch(fail)
