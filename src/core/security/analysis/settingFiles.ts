import type { ImportingFile } from './importCandidates.ts'
import { folderOf, packageFolders } from './importCandidates.ts'

/** Files of settings that a Java file names in its texts. */
export function settingsNamedIn(text: string): readonly string[] {
	if (!text.includes('.properties')) return []
	return [...new Set([...text.matchAll(/"\/?([\w$.\-/]{1,100}\.properties)"/g)].map((it) => it[1] ?? ''))].slice(0, 8)
}

/** Where such a file may be: beside the code, where the packages begin, in the folder for resources, or where the program is started. */
export function settingCandidates(from: ImportingFile, name: string): readonly string[] {
	const roots = packageFolders(from, '').map((it) => it.replace(/\/+$/, ''))
	const resources = roots.flatMap((it) => (/(?:^|\/)java$/.test(it) ? [it.replace(/java$/, 'resources')] : []))
	const folders = [folderOf(from.file), ...roots, ...resources, '', 'src/main/resources']
	return [...new Set(folders.map((it) => (it === '' ? name : `${it}/${name}`)))]
}

const mostSettings = 500

/** Lines `key=value`, `key: value` or `key value`, as `java.util.Properties` reads them. */
export function parseSettings(text: string): ReadonlyMap<string, string> {
	const settings = new Map<string, string>()
	const lines = text.replace(/\\\r?\n[ \t]*/g, '').split(/\r?\n/)
	for (const line of lines) {
		if (/^\s*(?:[#!]|$)/.test(line)) continue
		const [, key = '', value = ''] = /^\s*((?:\\.|[^\s:=\\])+)(?:\s*[:=]\s*|\s+|$)(.*)$/.exec(line) ?? []
		if (key !== '' && settings.size < mostSettings) settings.set(unescaped(key), unescaped(value))
	}
	return settings
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' }

function unescaped(text: string): string {
	return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, one: string | undefined) =>
		code === undefined ? (escapes[one ?? ''] ?? one ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
	)
}
