import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, expect, inject, test } from 'vitest'
import { root } from '../../scripts/lib/root.mjs'
import { leanBuiltins } from './driver/editor.ts'
import { editorSuite } from './driver/editorSuite.ts'
import { eventually } from './driver/eventually.ts'
import { writeScriptedModel } from './driver/scriptedModel.ts'

const suite = editorSuite({
	name: 'commit',
	extensions: [join(root, 'test', 'editor', 'otherProvider')],
	settings: { 'git.enabled': true, 'workbench.hover.delay': 0 },
	builtins: [...leanBuiltins, 'git', 'git-base'],
})

beforeAll(() => {
	if (!inject('prepared').browser.ok) return
	const path = suite.path('../scripted.gguf')
	writeScriptedModel(path, ['alpha', 'Beta(', 'gamma', ');'])
	suite.editor.setMachineSettings({ 'alcove.model.path': path })
	const git = (...args: string[]) => execFileSync('git', ['-C', suite.path(''), ...args])
	suite.write('src/beds.ts', 'export const beds = 1\n')
	git('init', '-q')
	git('add', '.')
	git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'The beginning')
	suite.write('src/beds.ts', 'export const beds = 2\n')
	suite.write('.env', 'TOKEN=hunter2\n')
	git('add', '--force', '.')
})

const said = 'Another Assistant can suggest code here, too.'

test('who else suggests code is said once, and stays in the tooltip', async () => {
	const window = await suite.window()
	await eventually('the message', async () =>
		(await window.notifications().allInnerTexts()).some((text) => text.includes(said)),
	)
	await window.screenshot('other-provider')
	await window.closeNotifications()
	await window.statusItem.hover()
	await window.page.locator('.monaco-hover', { hasText: said }).first().waitFor()
	await window.page.reload()
	await window.statusItem.waitFor()
	// It is looked for ten seconds after the start, and would have been said by then.
	await window.page.waitForTimeout(12_000)
	await window.statusItem.hover()
	await window.page.locator('.monaco-hover', { hasText: said }).first().waitFor()
	expect((await window.notifications().allInnerTexts()).filter((text) => text.includes(said))).toEqual([])
})

test('the message of the next commit is completed from what is staged, in the field for it', async () => {
	const window = await suite.window()
	await window.page.locator('.activitybar [aria-label*="Source Control"]').first().click()
	await window.page.locator('.scm-view .resource', { hasText: 'beds.ts' }).first().waitFor()
	await window.page.locator('.scm-editor .monaco-editor').first().click()
	await window.type('Plan ')
	expect((await window.waitForGhostText()).trim()).toBe('alphaBeta(gamma);')
	await window.screenshot('commit-input')
	await window.takeSuggestion()
	expect(await window.documentText()).toBe('Plan alphaBeta(gamma);')
	await window.runCommand('Alcove: Explain Last Suggestion')
	await window.activeTab('receipt.md').waitFor()
	await window.focusEditor()
	const receipt = await window.documentText()
	expect(receipt).toContain('Before them it was shown what is committed.')
	expect(receipt).toContain('+export const beds = 2')
	expect(receipt).not.toContain('hunter2')
	await window.screenshot('commit-receipt')
})

test('in the file that git opens the message is completed, and what git wrote stays as it is', async () => {
	const window = await suite.window()
	const hints = [
		'# Please enter the commit message for your changes.',
		'#',
		'# On branch main',
		'#\tmodified:   src/beds.ts',
	]
	await window.openFile(suite.write('.git/COMMIT_EDITMSG', ['', ...hints, ''].join('\n')))
	await window.goTo(1)
	expect((await window.typeUntilSuggested('Plan ')).trim()).toBe('alphaBeta(gamma);')
	await window.takeSuggestion()
	expect(await window.documentText()).toBe(['Plan alphaBeta(gamma);', ...hints, ''].join('\n'))
	await window.save()
})
