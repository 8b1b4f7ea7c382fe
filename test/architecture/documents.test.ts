import { describe, expect, it } from 'vitest'
import { filesUnder, read } from './sources.ts'

const manifest = JSON.parse(read('package.json'))
const english: Record<string, string> = JSON.parse(read('package.nls.json'))
const documents = filesUnder('.', (path) => path.includes('/')).filter((path) => path.endsWith('.md'))

describe('the documents', () => {
	it.each(documents)('%s names only npm scripts that exist', (path) => {
		const scripts = ['ci', 'install', ...Object.keys(manifest.scripts)]
		const named = [...read(path).matchAll(/\bnpm (?:run )?([\w:]+)/g)].map(([, name = '']) => name)
		const known = [...scripts, 'ping']
		expect(named.filter((name) => !known.includes(name))).toEqual([])
	})

	it.each(documents)('%s names only commands that exist', (path) => {
		const titles = manifest.contributes.commands.map(
			({ title }: { title: string }) => `Alcove: ${english[title.slice(1, -1)]}`,
		)
		const named = [...read(path).matchAll(/(?:\*\*|")(Alcove: [^*"]+)(?:\*\*|")/g)].map(([, name]) => name)
		for (const name of named) expect(titles).toContain(name)
	})
})

it('the README lists every setting with its default', () => {
	const settings: [string, { default: unknown }][] = manifest.contributes.configuration.flatMap(
		({ properties }: { properties: object }) => Object.entries(properties),
	)
	const rows = [...read('README.md').matchAll(/^\| `(alcove\.[\w.]+)` \| `([^`]*)` \|/gm)]
	expect(rows.map(([, key, value]) => [key, JSON.parse(value ?? '')])).toEqual(
		settings.map(([key, schema]) => [key, schema.default]),
	)
})
