import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { leanBuiltins } from './driver/editor.ts'
import { type EditorSuite, editorSuite } from './driver/editorSuite.ts'
import type { EditorWindow } from './driver/editorWindow.ts'
import { eventually } from './driver/eventually.ts'

/** A command of the user's own choosing, in line 8. */
const vulnerable = (route: string) =>
	[
		"const express = require('express')",
		"const { exec } = require('child_process')",
		'const app = express()',
		'',
		`app.get('/${route}', (req, res) => {`,
		`\tconst ${route} = req.query.${route}`,
		`\tconst command = 'run ' + ${route}`,
		"\texec(command, () => res.send('ok'))",
		'})',
		'',
	].join('\n')
const safe = 'exports.twice = (value) => value * 2\n'
const weak = (name: string) =>
	`const crypto = require('crypto')\n\nexports.${name} = (text) => crypto.createHash('md5').update(text).digest('hex')\n`

/** More statements than are followed. */
const endless = [
	"const app = require('express')()",
	"app.get('/endless', (req, res) => {",
	'\tlet a = req.query.a',
	...Array.from({ length: 70_000 }, () => '\ta = a + 1'),
	'\tres.json({ a })',
	'})',
	'',
].join('\n')

/** Its severity stands in line 6. */
const ownRule = `language: javascript
library: house
rules:
  - id: javascript/burn
    title: Burns the house
    severity: high
    confidence: high
    cwe: [710]
    owasp: [A04]
    message: 'The house burns.'
    fix: Do not.
    finds: [{ call: house.burn }]
    description: Houses are to live in.
    references: [https://example.org/]
    example:
      bad: require('house').burn('now')
      good: require('house').paint('now')
`

const rows = (window: EditorWindow, text: string | RegExp) =>
	window.page.locator('.pane-body .monaco-list-row', { hasText: text })
const squiggles = (window: EditorWindow) => window.page.locator('.squiggly-error, .squiggly-warning')

async function choose(window: EditorWindow, text: string): Promise<void> {
	await window.press('Control+.')
	await window.page.locator('.action-widget .monaco-list-row', { hasText: text }).click()
}

/** Runs a command that analyzes, and waits for what it says in the end. */
async function analyze(window: EditorWindow, command: string, said: RegExp): Promise<void> {
	await window.closeNotifications()
	await window.runCommand(command)
	await window.notifications().filter({ hasText: said }).waitFor()
}

const analyzeFile = (window: EditorWindow, said: RegExp) => analyze(window, 'Alcove: Analyze for Security Issues', said)

async function showFindings(window: EditorWindow): Promise<void> {
	await window.runCommand('Alcove: Focus on Security Findings View')
	await window.page.locator('.pane.expanded', { hasText: /Security Findings/i }).waitFor()
}

/** Goes down from the first row by the arrow key; a key is lost until the view has the focus. */
async function walkTo(window: EditorWindow, text: string): Promise<void> {
	const focused = window.page.locator('.pane-body .monaco-list:focus .monaco-list-row.focused')
	await window.press('Home')
	await eventually(`the row ${text} has the focus`, async () => {
		if ((await focused.count()) > 0 && (await focused.first().innerText()).includes(text)) return true
		await window.press('ArrowDown')
		return false
	})
}

async function group(window: EditorWindow, how: string): Promise<void> {
	await window.runCommand('Alcove: Group Security Findings…')
	await window.quickPickRows().filter({ hasText: how }).click()
}

async function filter(window: EditorWindow, text: string): Promise<void> {
	const said = window.page.locator('.pane-header', { hasText: /Security Findings/i }).locator('.description')
	// The box closes when the focus is taken from it, as by the view that comes up at this moment.
	await eventually(`the filter ${text}`, async () => {
		await window.runCommand('Alcove: Filter Security Findings…')
		await window
			.quickInput()
			.fill(text, { timeout: 5_000 })
			.catch(() => {})
		if (!(await window.quickInput().isVisible())) return false
		await window.press('Enter')
		await window.quickInput().waitFor({ state: 'hidden' })
		const wanted = text === '' ? '' : `only "${text}"`
		return eventually('its words', async () => ((await said.textContent()) ?? '').trim() === wanted, {
			timeoutMs: 5_000,
		}).catch(() => false)
	})
}

/** The page of a rule in the editor's preview, which is one of several frames. */
async function pageText({ page }: EditorWindow): Promise<string> {
	return eventually('the page of the rule', async () => {
		for (const frame of page.frames()) {
			const heading = frame.locator('.markdown-body h1')
			if ((await heading.count().catch(() => 0)) > 0) return frame.locator('.markdown-body').innerText()
		}
		return undefined
	})
}

const builtins = [...leanBuiltins, 'markdown-basics', 'markdown-language-features', 'yaml'] as const

describe('a workspace that is trusted', () => {
	const suite = editorSuite({ name: 'security-views', builtins })
	/** A window in which nothing was found yet and nothing is open. */
	const fresh = async () => {
		const window = await suite.window()
		await window.runCommand('View: Close All Editors')
		await window.runCommand('Alcove: Clear Security Findings')
		await window.closeNotifications()
		return window
	}

	test('changed files: what differs from the last commit, and new files, and nothing else', async () => {
		const git = gitIn(suite)
		suite.write('src/old.js', vulnerable('old'))
		suite.write('src/changed.js', safe)
		suite.write('.gitignore', 'ignored.js\n')
		const window = await fresh()
		git('init', '-q')
		git('add', '.')
		git('commit', '-q', '-m', 'Start')
		await analyze(window, 'Alcove: Analyze Changed Files for Security Issues', /Nothing is changed/)
		suite.write('src/changed.js', vulnerable('changed'))
		suite.write('src/new.js', vulnerable('fresh'))
		suite.write('src/ignored.js', vulnerable('ignored'))
		await analyze(window, 'Alcove: Analyze Changed Files for Security Issues', /Security findings: 2/)
		await window
			.notifications()
			.filter({ hasText: /Security findings: 2/ })
			.getByRole('button', { name: 'Show' })
			.click()
		await rows(window, 'changed.js:8').waitFor()
		await rows(window, 'new.js:8').waitFor()
		expect(await rows(window, /(old|ignored)\.js/).count()).toBe(0)
		await window.screenshot('changed-files')
	})

	test('the page of a rule opens from the code of the problem and from the quick fix', async () => {
		const path = suite.write('src/page.js', vulnerable('page'))
		const window = await fresh()
		const { page } = window
		await window.openFile(path)
		await analyzeFile(window, /Security findings: 1/)
		await window.closeNotifications()
		await window.runCommand('Problems: Focus on Problems View')
		const link = page.locator('.markers-panel a', { hasText: 'CWE-78' })
		await link.waitFor()
		await window.screenshot('problems')
		await link.click()
		expect(await pageText(window)).toMatch(/exec\([\s\S]*execFile\(/)
		await window.screenshot('rule-page')
		await window.runCommand('View: Close Editor')
		await window.runCommand('View: Hide Panel')
		await window.focusEditor()
		await window.goTo(8, 8)
		await choose(window, 'About the rule "javascript/')
		expect(await pageText(window)).toContain('CWE-78')
		await window.screenshot('rule-page-beside')
		await window.focusEditor()
		await window.press('Escape')
	})

	test('a false positive stays away until it is taken out of the baseline', async () => {
		const path = suite.write('src/known.js', vulnerable('known'))
		const window = await fresh()
		await window.openFile(path)
		await analyzeFile(window, /Security findings: 1/)
		await showFindings(window)
		await rows(window, 'known.js:8').waitFor()
		await window.focusEditor()
		await window.goTo(8, 8)
		await choose(window, 'Mark as false positive')
		await squiggles(window).first().waitFor({ state: 'detached' })
		await rows(window, 'known.js:8').waitFor({ state: 'detached' })
		await window.screenshot('marked')
		expect(readFileSync(suite.path('.alcove/baseline.json'), 'utf8')).toContain('src/known.js')
		await analyzeFile(window, /No security findings/)
		expect(await squiggles(window).count()).toBe(0)

		await window.page.reload()
		await window.statusItem.waitFor({ timeout: 120_000 })
		await window.openFile(path)
		await analyzeFile(window, /No security findings/)
		expect(await squiggles(window).count()).toBe(0)
		// Another tool, or git, writes the file.
		suite.write('.alcove/baseline.json', JSON.stringify({ version: 1, findings: [] }))
		await squiggles(window).first().waitFor()
	})

	test('the view groups, filters, and is used by the keyboard', async () => {
		const window = await fresh()
		const { page } = window
		await showFindings(window)
		await page.locator('.pane-body', { hasText: 'nothing was analyzed yet' }).first().waitFor()
		await window.screenshot('empty-view')
		for (const [name, text] of [
			['src/a/first.js', vulnerable('first')],
			['src/a/second.js', weak('second')],
			['src/b/third.js', vulnerable('third')],
		] as const) {
			await window.openFile(suite.write(name, text))
			await analyzeFile(window, /Security findings: 1/)
		}
		await window.closeNotifications()
		await showFindings(window)
		await page.locator('.activitybar .badge', { hasText: '3' }).waitFor()
		await rows(window, /^\s*Critical\s*2/).waitFor()
		await window.screenshot('by-severity')
		await group(window, 'By file')
		await rows(window, 'src/a/second.js').waitFor()
		await window.screenshot('by-file')
		await group(window, 'By weakness')
		await rows(window, /CWE-78: OS Command Injection\s*2/).waitFor()
		const labels = await rows(window, 'CWE-').locator('.label-name').allInnerTexts()
		expect(labels.map((label) => /CWE-\d+/.exec(label)?.[0])).toEqual(['CWE-78', 'CWE-327'])
		await window.screenshot('by-cwe')
		await filter(window, 'b/third')
		await rows(window, /^\s*first\.js:8/).waitFor({ state: 'detached' })
		await rows(window, 'third.js:8').waitFor()
		await filter(window, 'nothing like this')
		await page.locator('.pane-body', { hasText: 'No finding matches the filter "nothing like this"' }).first().waitFor()
		expect(await page.locator('.pane-body', { hasText: 'nothing was analyzed yet' }).count()).toBe(0)
		await window.screenshot('nothing-matches')
		await filter(window, '')
		await group(window, 'By severity')
		await rows(window, 'third.js:8').waitFor()

		await window.runCommand('View: Close All Editors')
		await showFindings(window)
		await walkTo(window, 'first.js:8')
		await window.press('Enter')
		await window.activeTab('first.js').waitFor()
		await page.locator('[id="status.editor.selection"]', { hasText: 'Ln 8' }).waitFor()
		await showFindings(window)
		await walkTo(window, 'first.js:8')
		await window.press('ArrowRight')
		await rows(window, 'Comes from here').first().waitFor()
		await walkTo(window, 'Comes from here')
		await window.press('Enter')
		await page.locator('[id="status.editor.selection"]', { hasText: 'Ln 6' }).waitFor()
		await window.screenshot('by-keyboard')
	})

	test('a finding moves with its code, goes when it is mended, and comes back when that is undone', async () => {
		const path = suite.write('src/typed.js', vulnerable('typed'))
		const window = await fresh()
		await window.openFile(path)
		await analyzeFile(window, /Security findings: 1/)
		await window.closeNotifications()
		await showFindings(window)
		await rows(window, 'typed.js:8').waitFor()
		await window.focusEditor()
		await window.goTo(1)
		await window.type('// one\n// two\n')
		await rows(window, 'typed.js:10').waitFor()
		await window.goTo(9)
		await window.press('End', 'Shift+Home')
		await window.type("const command = 'run nothing'")
		await squiggles(window).first().waitFor({ state: 'detached' })
		await rows(window, 'typed.js').waitFor({ state: 'detached' })
		await window.screenshot('mended')
		const isUndone = async () => (await window.documentText()).includes("'run ' + typed")
		await eventually('the code as it was', async () => {
			await window.press('Control+Z')
			return isUndone()
		})
		await squiggles(window).first().waitFor()
		await rows(window, /typed\.js:\d/).waitFor()
		await window.discardActiveEditor()
	})

	test('a rule of the workspace finds something, and a broken one says where and why', async () => {
		const path = suite.write('src/own.js', "const house = require('house')\n\nhouse.burn('now')\n")
		const own = suite.write('.alcove/rules/own.yml', ownRule)
		const window = await fresh()
		await window.openFile(path)
		await analyzeFile(window, /Security findings: 1/)
		await window.closeNotifications()
		await squiggles(window).first().waitFor()
		await window.openFile(own)
		await window.goTo(6, 15)
		await window.press('Shift+End')
		await window.type('terrible')
		await window.save()
		await window.notifications().filter({ hasText: 'own.yml:6:' }).waitFor()
		await squiggles(window).first().waitFor()
		await window.runCommand('Problems: Focus on Problems View')
		const problems = window.page.locator('.markers-panel .monaco-list-row')
		await problems.filter({ hasText: /\[Ln 6,/ }).waitFor()
		await window.screenshot('broken-rule')
		await window.focusEditor()
		await window.press('Control+Z')
		await eventually('the rule as it was', async () => {
			if ((await window.documentText()) === ownRule) return true
			await window.press('Control+Z')
			return false
		})
		await window.save()
		await window.openFile(path)
		await analyzeFile(window, /Security findings: 1/)
		await problems.filter({ hasText: /\[Ln 6,/ }).waitFor({ state: 'detached' })
		await window.runCommand('View: Hide Panel')
	})

	test('what is analyzed in part or not at all is said', async () => {
		suite.write('src/odd/binary.js', new Uint8Array([0, 1, 2, 3, 0, 0]))
		suite.write('src/odd/huge.js', Buffer.alloc(50_000_000, 'let a = 1\n'))
		suite.write('src/odd/small.min.js', `var a=1;${'a=a+1;'.repeat(2_000)}`)
		suite.write('src/odd/endless.js', endless)
		const window = await fresh()
		await analyze(
			window,
			'Alcove: Analyze Workspace for Security Issues',
			/analyzed in part or not at all: \d+|Security findings: \d+/,
		)
		await window.closeNotifications()
		await showFindings(window)
		await filter(window, 'src/odd')
		const partial = rows(window, 'Analyzed in part or not at all')
		await partial.waitFor()
		await partial.click()
		await window.press('ArrowRight')
		await rows(window, /binary\.js.*The file is binary/).waitFor()
		await rows(window, /huge\.js.*larger than/).waitFor()
		await rows(window, /small\.min\.js.*minified/).waitFor()
		await rows(window, /endless\.js.*more ways/).waitFor()
		await window.screenshot('in-part')
		await filter(window, '')
		await window.openFile(suite.path('src/odd/huge.js'), { focus: false })
		// Until the editor has said this, a key is lost.
		await window.page.locator('.monaco-editor-pane-placeholder', { hasText: 'very large' }).waitFor()
		await analyzeFile(window, /larger than alcove\.security\.maxFileKilobytes/)
		expect(await window.notifications().filter({ hasText: 'No security findings' }).count()).toBe(0)
		await window.screenshot('huge-file')
		await window.runCommand('View: Close All Editors')
	})

	test('an analysis of the workspace that was stopped goes on where it was', async () => {
		const lines = Array.from(
			{ length: 300 },
			(_, at) => `exports.f${at} = (a, b) => (a > b ? a - ${at} : [b].map((c) => c + a))`,
		)
		for (let at = 0; at < 200; at++) suite.write(`src/many/m${at}.js`, `// ${at}\n${lines.join('\n')}\n`)
		suite.write('src/zzz.js', vulnerable('zzz'))
		const window = await fresh()
		await showFindings(window)
		const progress = window.notifications().filter({ hasText: /\d+ of \d+ files/ })
		await window.runCommand('Alcove: Analyze Workspace for Security Issues')
		await progress.waitFor()
		const total = Number(/of (\d+) files/.exec(await progress.innerText())?.[1])
		await window.screenshot('scanning')
		await progress.getByRole('button', { name: 'Cancel' }).click()
		const stopped = window.page.locator('.pane-body', { hasText: /Stopped after \d+ files/ }).first()
		await stopped.waitFor()
		await window.screenshot('stopped')
		const done = Number(/Stopped after (\d+) files/.exec(await stopped.innerText())?.[1])
		expect(done).toBeGreaterThan(0)
		expect(done).toBeLessThan(total)
		await window.runCommand('Alcove: Analyze Workspace for Security Issues')
		await progress.waitFor()
		expect(Number(/of (\d+) files/.exec(await progress.innerText())?.[1])).toBe(total - done)
		await window
			.notifications()
			.filter({ hasText: /Security findings: \d+/ })
			.waitFor({ timeout: 120_000 })
		await filter(window, 'zzz')
		await rows(window, 'zzz.js:8').waitFor()
		await filter(window, '')
		expect(await window.page.locator('.pane-body', { hasText: 'Stopped after' }).count()).toBe(0)
		await window.screenshot('went-on')
	})

	test('findings in other themes, for the eye', async () => {
		const path = suite.write('src/themes.js', `${vulnerable('themes')}\n${weak('seal').split('\n\n')[1]}`)
		const window = await fresh()
		await window.openFile(path)
		await analyzeFile(window, /Security findings: [12]/)
		await window.closeNotifications()
		await showFindings(window)
		await window.focusEditor()
		await window.goTo(8, 8)
		for (const [theme, name] of [
			['Dark Modern', 'vs-dark'],
			['Dark High Contrast', 'hc-black'],
			['Light High Contrast', 'hc-light'],
			['Light Modern', 'vs'],
		] as const) {
			await window.runCommand('Preferences: Color Theme')
			await window.quickInput().fill(theme)
			await window.quickPickRows().filter({ hasText: theme }).first().click()
			await window.quickInput().waitFor({ state: 'hidden' })
			await window.page.locator(`.monaco-workbench.${name}`).waitFor()
			await squiggles(window).first().waitFor()
			await window.screenshot(`theme-${theme.replaceAll(' ', '-')}`)
		}
	})
})

describe('a workspace that is not trusted', () => {
	const suite = editorSuite({
		name: 'security-restricted',
		builtins,
		trust: true,
		settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
	})

	test('its code is analyzed, and nothing that it says about the analysis counts', async () => {
		suite.write('.alcove/rules/own.yml', ownRule)
		suite.write(
			'.alcove/security.json',
			JSON.stringify({ ignoredRules: [{ rule: 'javascript/*', reason: 'none of your business' }] }),
		)
		const known = JSON.stringify({ version: 1, findings: [{ fingerprint: '0', rule: 'a', file: 'b' }] })
		const baseline = suite.write('.alcove/baseline.json', known)
		suite.write('src/own.js', "const house = require('house')\n\nhouse.burn('now')\n")
		const path = suite.write('src/strange.js', vulnerable('strange'))
		const window = await suite.window()
		await window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor()
		await window.openFile(suite.path('src/own.js'))
		await analyzeFile(window, /No security findings/)
		await window.openFile(path)
		await analyzeFile(window, /Security findings: 1/)
		await squiggles(window).first().waitFor()
		await window.screenshot('restricted')
		await window.closeNotifications()
		await window.goTo(8, 8)
		await choose(window, 'Mark as false positive')
		await window.notifications().filter({ hasText: 'Trust this folder first' }).waitFor()
		expect(readFileSync(baseline, 'utf8')).toBe(known)
		expect(await squiggles(window).count()).toBe(1)
		await analyze(window, 'Alcove: Analyze Changed Files for Security Issues', /Git is not asked/)
		// With that of the sample itself.
		await analyze(window, 'Alcove: Analyze Workspace for Security Issues', /Security findings: 2/)
		await window.screenshot('restricted-workspace')
	})
})

function gitIn(suite: EditorSuite) {
	return (...args: string[]) =>
		execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], {
			cwd: suite.path('.'),
			env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
		})
}
