// Run shut off from the network: editor, extension, engine and browser. A person types and accepts what is suggested, analyzes the
// workspace, asks about it in the chat and has a question researched.
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib/root.mjs'
import { ChatDriver } from '../editor/driver/chatDriver.ts'
import { Editor } from '../editor/driver/editor.ts'
import type { EditorWindow } from '../editor/driver/editorWindow.ts'
import { eventually } from '../editor/driver/eventually.ts'
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
	/** What the analysis said at its end. */
	readonly findings: string
	/** What was said that the model was shown for a question about the workspace. */
	readonly receipt: string
	/** The brief of a research. */
	readonly brief: string
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
	const findings = await analyzed(window)
	const receipt = await shownForQuestion(window)
	const brief = await researched(window)
	await window.runCommand('Alcove Test: Reach Outside')
	const message = window.notifications().filter({ hasText: 'Tried to reach outside' }).first()
	await message.waitFor()
	const result: EditorScenarioResult = {
		suggested,
		saved: readFileSync(file, 'utf8'),
		...{ findings, receipt, brief },
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

async function analyzed(window: EditorWindow): Promise<string> {
	await window.runCommand('Alcove: Analyze Workspace for Security Issues')
	const message = window.notifications().filter({ hasText: /Security findings: \d+/ })
	await message.waitFor()
	return message.innerText()
}

async function shownForQuestion(window: EditorWindow): Promise<string> {
	const view = new ChatDriver(window)
	await view.open()
	return eventually(
		'an answer about the indexed workspace',
		async () => {
			if ((await view.frame.locator('.message').count()) > 0) await view.begin()
			await view.send('@workspace which function says that a bed is free?')
			await view
				.button(/reference/)
				.last()
				.click({ timeout: 60_000 })
			const text = await view.frame.locator('body').innerText()
			return /src\/beds\.ts:\d+/.test(text) && text
		},
		{ timeoutMs: 120_000 },
	)
}

/** The starter model cannot answer it; the search, the requests and the brief are the same. */
async function researched(window: EditorWindow): Promise<string> {
	const view = new ChatDriver(window)
	await view.begin()
	await view.send('/research how beds are measured')
	await window.activeTab('Untitled').waitFor({ timeout: 120_000 })
	return eventually('a brief', async () => {
		const lines = await window.page.locator('.editor-instance .view-lines').first().innerText()
		// The editor draws blanks as ones that do not break.
		const text = lines.replaceAll('\u00a0', ' ')
		return text.includes('beds are measured') && text
	})
}
