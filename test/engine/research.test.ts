import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../engineFiles.ts'

const program = join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs')
const folder = temporaryFolder()
const run = promisify(execFile)

describe('alcove research with the starter model', { timeout: 600_000 }, () => {
	it('writes a brief in which every source is what the file has in its lines', async () => {
		const workspace = join(folder, 'w')
		mkdirSync(workspace)
		const lid = '/** Opens the lid by ninety degrees. */\nexport function openLid() {\n\treturn hinge.turn(90)\n}\n'
		writeFileSync(join(workspace, 'lid.ts'), lid)
		writeFileSync(join(workspace, 'guide.md'), '# Guide\n\nThe lid opens when the hinge turns.\n')
		const output = join(folder, 'brief.md')
		const args = [
			program,
			'research',
			'How does the lid open?',
			'--rounds',
			'1',
			'--folder',
			workspace,
			'--output',
			output,
		]
		// What it keeps goes where the test is.
		const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder, LOCALAPPDATA: folder }
		const { stderr } = await run(process.execPath, args, { env })
		expect(stderr).toContain('planning')
		const brief = readFileSync(output, 'utf8')
		expect(brief).toMatch(/^# How does the lid open\?\n\n## What was found\n\n### /)
		expect(brief).not.toContain('Not finished')
		for (const [, path = '', line, quote = ''] of brief.matchAll(/^\d+\. `([^`]+):(\d+)(?:-\d+)?` — `(.*)`$/gm)) {
			const lines = readFileSync(join(workspace, path), 'utf8').split('\n')
			expect(lines[Number(line) - 1]).toContain(quote)
		}
	})
})
