// Run shut off from the network: editor, extension, engine and browser. A person types and accepts what is suggested.
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib/root.mjs'
import { Editor } from '../editor/driver/editor.ts'
import type { Prepared } from '../editor/driver/prepare.ts'
import { tracer } from './socketTrace.ts'

export interface EditorScenarioInput {
	readonly prepared: Prepared
	/** Where to write the trace of the editor's server and everything below it. */
	readonly traceFile: string
}

export interface EditorScenarioResult {
	readonly suggested: string
	readonly saved: string
	/** What the companion extension told of its attempt to reach outside. */
	readonly control: string
}

const { prepared, traceFile }: EditorScenarioInput = JSON.parse(process.argv[2] ?? '')
const editor = await Editor.start({
	name: 'offline-editor',
	prepared,
	extensions: [join(root, 'test', 'editor', 'extension')],
	launcher: tracer(traceFile),
})
try {
	const folder = join(editor.folders.root, 'workspace')
	cpSync(join(root, 'test', 'fixtures', 'sampleProject'), folder, { recursive: true })
	const file = join(folder, 'src', 'beds.ts')
	const window = await editor.openWindow({ folder, file })
	const suggested = await window.suggestionAtEnd()
	await window.press('Tab')
	await window.save()
	await window.runCommand('Alcove Test: Reach Outside')
	const message = window.notifications().filter({ hasText: 'Tried to reach outside' }).first()
	await message.waitFor()
	const result: EditorScenarioResult = {
		suggested,
		saved: readFileSync(file, 'utf8'),
		control: await message.innerText(),
	}
	await window.screenshot('offline')
	console.log(JSON.stringify(result))
} catch (error) {
	await editor.keepEvidence('offline')
	throw error
} finally {
	await editor.stop()
}
