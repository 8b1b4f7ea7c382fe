import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A workspace made of code that is there: the sample project, and below `vendored/` what the packages of this project consist of. */
export interface CodeWorkspace {
	readonly folder: string
	readonly files: number
	readonly lines: number
}

const code = /\.(?:[cm]?js|[cm]?ts|tsx|py|c|h|cpp|hpp|cc)$/
const largestFile = 400_000
/** Packed code has longer ones, and nobody works on it. */
const longestMeanLine = 120

/**
 * The same files each time, in the order of their paths, until there are enough lines; where there is not enough code, once more
 * in another folder with other names for what is defined.
 */
export function makeCodeWorkspace(root: string, folder: string, lines: number): CodeWorkspace {
	mkdirSync(folder, { recursive: true })
	cpSync(join(root, 'test', 'fixtures', 'sampleProject'), folder, { recursive: true })
	let made = { files: 0, lines: 0 }
	for (let copy = 0; made.lines < lines; copy++) {
		const before = made.lines
		for (const path of codeBelow(join(root, 'node_modules'), '')) {
			if (made.lines >= lines) break
			const text = readFileSync(join(root, 'node_modules', path), 'utf8')
			const count = text.split('\n').length
			if (text.length / count > longestMeanLine) continue
			const target = join(folder, `vendored${copy}`, path.replaceAll('node_modules', 'modules'))
			mkdirSync(dirname(target), { recursive: true })
			writeFileSync(target, copy === 0 ? text : renamed(text, copy))
			made = { files: made.files + 1, lines: made.lines + count }
		}
		if (made.lines === before) throw new Error('node_modules holds no code')
	}
	return { folder, ...made }
}

/** Capitalized names and those in camel case, so that no name of one copy is one of another. */
function renamed(text: string, copy: number): string {
	return text.replace(/\b(?:[A-Z]\w{3,}|[a-z]+[A-Z]\w*)\b/g, (name) => `${name}${copy}`)
}

function* codeBelow(folder: string, path: string): Generator<string> {
	for (const entry of readdirSync(join(folder, path), { withFileTypes: true }).sort((a, b) =>
		a.name < b.name ? -1 : 1,
	)) {
		const inside = path === '' ? entry.name : `${path}/${entry.name}`
		if (entry.isDirectory()) yield* codeBelow(folder, inside)
		else if (entry.isFile() && code.test(inside) && !/\.min\./.test(inside)) {
			if (statSync(join(folder, inside)).size <= largestFile) yield inside
		}
	}
}
