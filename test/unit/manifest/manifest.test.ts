import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type SettingKey, settingKeys, settingRules } from '../../../src/core/settings.ts'
import { commandIds, configurationSection, contextKeys, walkthroughId } from '../../../src/vscode/ids.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface SettingSchema {
	readonly type: string
	readonly default: unknown
	readonly minimum?: number
	readonly maximum?: number
	readonly enum?: readonly string[]
	readonly enumDescriptions?: readonly string[]
	readonly scope?: string
	readonly markdownDescription?: string
}

interface Step {
	readonly media: { readonly markdown: string }
	readonly completionEvents: readonly string[]
}

const manifest = JSON.parse(read('package.json'))
const commands: { command: string; title: string; category: string }[] = manifest.contributes.commands
const settings: Record<string, SettingSchema> = Object.assign(
	{},
	...manifest.contributes.configuration.map(({ properties }: { properties: object }) => properties),
)
const walkthroughs: { id: string; steps: Step[] }[] = manifest.contributes.walkthroughs
const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps)
const manifestText = read('package.json')
const markdown = readdirSync(join(root, 'media/walkthrough')).map((name) => read(`media/walkthrough/${name}`))

describe('the ids of manifest and code', () => {
	it('name the same commands', () => {
		expect(commands.map(({ command }) => command).sort()).toEqual(Object.values(commandIds).sort())
		for (const { category } of commands) expect(category).toBe('Alcove')
	})

	it('name the same settings', () => {
		expect(Object.keys(settings).sort()).toEqual(settingKeys.map((key) => `${configurationSection}.${key}`).sort())
	})

	it('name the same context keys', () => {
		const inEvents = [...manifestText.matchAll(/onContext:([\w.]+)/g)].map((match) => match[1])
		const inConditions = [...manifestText.matchAll(/"(?:when|enablement)": "([^"]*)"/g)].flatMap(([, when = '']) =>
			[...when.matchAll(/(?:^|&& |!)(alcove\.\w+)/g)].map((match) => match[1]),
		)
		const used = [...new Set([...inEvents, ...inConditions])]
		expect(used.sort()).toEqual(Object.values(contextKeys).sort())
	})

	it('name the same walkthrough', () => expect(walkthroughs.map(({ id }) => id)).toEqual([walkthroughId]))

	it('are the only ones that texts refer to', () => {
		const texts = [read('package.nls.json'), read('package.nls.de.json'), manifestText, ...markdown].join('\n')
		for (const [, id] of texts.matchAll(/(?:command:|onCommand:)(alcove[\w.]*)/g)) {
			expect(Object.values(commandIds)).toContain(id)
		}
		for (const [, id = ''] of texts.matchAll(/#(alcove[\w.]+)#/g)) expect(Object.keys(settings)).toContain(id)
	})
})

describe('the settings of the manifest', () => {
	it.each(settingKeys)('%s has the default and the limits of the code', (key: SettingKey) => {
		const rule: { type: string; default: unknown; minimum?: number; maximum?: number; choices?: readonly string[] } =
			settingRules[key]
		const schema = settings[`${configurationSection}.${key}`]
		const schemaType = { path: 'string', choice: 'string', text: 'string' }[rule.type] ?? rule.type
		expect(schema?.type).toBe(schemaType)
		expect(schema?.default).toEqual(rule.default)
		expect(schema?.minimum).toBe(rule.minimum)
		expect(schema?.maximum).toBe(rule.maximum)
		expect(schema?.enum).toEqual(rule.choices)
		expect(schema?.enumDescriptions?.length).toBe(rule.choices?.length)
		expect(schema?.markdownDescription).toMatch(/^%/)
	})

	it('that choose a model or what the engine does cannot be set by a workspace', () => {
		const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations
		const ofMachine = Object.keys(settings).filter(
			(key) => !/^alcove\.(completion|context|security)\.|^alcove\.chat\.index$/.test(key),
		)
		// One that is not trusted must not hide what is found in it either.
		const ofTrusted = Object.keys(settings).filter((key) => key.startsWith('alcove.security.'))
		expect([...restricted].sort()).toEqual([...ofMachine, ...ofTrusted].sort())
		for (const key of ofMachine) expect(settings[key]?.scope).toBe('machine')
	})

	it('all say what they can be set for', () => {
		for (const { scope } of Object.values(settings))
			expect(['machine', 'window', 'language-overridable']).toContain(scope)
	})
})

describe('the texts of the manifest', () => {
	const english: Record<string, string> = JSON.parse(read('package.nls.json'))
	const used = [...new Set([...manifestText.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] as string))]

	it('are all there, and none is left over', () => expect(Object.keys(english).sort()).toEqual(used.sort()))

	it('are all there in German', () => {
		expect(Object.keys(JSON.parse(read('package.nls.de.json'))).sort()).toEqual(Object.keys(english).sort())
	})

	it('refer to commands and settings in German as they do in English', () => {
		const german: Record<string, string> = JSON.parse(read('package.nls.de.json'))
		const links = (text = '') => [...text.matchAll(/command:[\w.]+|#[\w.]+#/g)].map(([link]) => link)
		for (const [key, text] of Object.entries(english)) expect(links(german[key])).toEqual(links(text))
	})
})

describe('the keys of the manifest', () => {
	const keys: { command: string; key: string; when: string }[] = manifest.contributes.keybindings

	const ofSuggestions = keys.filter(({ command }) => command.startsWith('editor.'))

	it('are bound to commands of the editor, only while one types, and are told in README and walkthrough', () => {
		const documents = [read('README.md'), read('media/walkthrough/completion.md')]
		for (const { command, key, when } of ofSuggestions) {
			expect(command).toMatch(/^editor\.action\.inlineSuggest\./)
			expect(when).toMatch(/^editorTextFocus && !editorReadonly && .*inlineSuggestionVisible$/)
			for (const document of documents) expect(document.toLowerCase()).toContain(`| \`${key}\``)
		}
		expect(ofSuggestions.map(({ key }) => key)).toEqual(['alt+\\', 'alt+end'])
	})

	it('else belong to our own commands, where nothing of the editor is meant', () => {
		const commands = new Set(manifest.contributes.commands.map((it: { command: string }) => it.command))
		for (const { command, when } of keys.filter((it) => !ofSuggestions.includes(it))) {
			expect(commands).toContain(command)
			expect(when).toMatch(/alcove/)
		}
	})
})

describe('the files of the manifest', () => {
	it('exist', () => {
		expect(existsSync(join(root, manifest.l10n, 'bundle.l10n.json'))).toBe(true)
		for (const { media } of steps) expect(existsSync(join(root, media.markdown))).toBe(true)
	})

	it('hold an icon of 256 by 256 points', () => {
		const png = readFileSync(join(root, manifest.icon))
		expect(png.subarray(1, 4).toString()).toBe('PNG')
		expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([256, 256])
	})

	it('lead through six steps that can be completed', () => {
		expect(steps).toHaveLength(6)
		for (const { completionEvents } of steps) expect(completionEvents).not.toEqual([])
	})
})

it('uses no proposed part of the editor', () => expect(manifest.enabledApiProposals).toBeUndefined())

it('has the types of the lowest editor that it runs in', () => {
	expect(`^${manifest.devDependencies['@types/vscode']}`).toBe(manifest.engines.vscode)
})
