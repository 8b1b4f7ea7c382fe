// Type-checks every layer with only the types that the layer may see: node scripts/typecheck.mjs
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const projects = [
	'src/shared',
	'src/protocol',
	'src/core',
	'src/engine',
	'src/node',
	'src/vscode',
	'src',
	'test',
	'scripts',
]
let failed = 0
for (const project of projects) {
	const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project], {
		cwd: root,
		stdio: 'inherit',
	})
	if (tsc.status !== 0) failed++
}
process.exitCode = failed ? 1 : 0
