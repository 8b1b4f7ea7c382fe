import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'fixtures', 'sampleProject')

/** Places in the sample project where somebody might stop typing, the same ones every time. */
export function samplePositions(count: number): { readonly prefix: string; readonly suffix: string }[] {
	const text = readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.(ts|js|py)$/.test(name))
		.sort()
		.map((name) => readFileSync(join(folder, name), 'utf8'))
		.join('\n')
	return Array.from({ length: count }, (_, i) => {
		const at = Math.floor(((i + 1) / (count + 1)) * text.length)
		return { prefix: text.slice(Math.max(0, at - 600), at), suffix: text.slice(at, at + 200) }
	})
}
