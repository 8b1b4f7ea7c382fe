import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RuleFile } from '../../core/security/rules/ruleTypes.ts'
import type { RuleProblem } from '../../core/security/securityPorts.ts'
import { readRules } from './ruleFiles.ts'

export interface OwnRules {
	readonly ruleFiles: readonly RuleFile[]
	/** A file with a problem is left out. */
	readonly problems: readonly RuleProblem[]
}

const mostFiles = 1_000
const mostBytes = 4_000_000

/**
 * The rules in all `.yml` and `.yaml` files of folders, sorted by name, also in folders below. What is no folder has none.
 *
 * @param folders absolute paths
 * @param taken ids that are taken already: those of the product
 */
export async function readOwnRules(folders: readonly string[], taken: Iterable<string>): Promise<OwnRules> {
	const ids = new Set(taken)
	const ruleFiles: RuleFile[] = []
	const problems: RuleProblem[] = []
	for (const folder of folders) {
		for (const file of (await filesIn(folder)).slice(0, mostFiles)) {
			const refuse = (reason: string) => problems.push({ file, line: 0, character: 0, reason })
			if (((await lstat(file).catch(() => undefined))?.size ?? 0) > mostBytes) {
				refuse('The file is too large.')
				continue
			}
			const text = await readFile(file, 'utf8').catch(() => undefined)
			if (text === undefined) {
				refuse('The file cannot be read.')
				continue
			}
			const read = readRules(text, file, { isOwn: true })
			problems.push(...read.problems)
			const own = read.ruleFiles.flatMap(({ rules }) => rules ?? []).map(({ id }) => id)
			const doubled = own.find((id) => ids.has(id))
			if (doubled !== undefined) refuse(`There is another rule ${doubled}.`)
			else ruleFiles.push(...read.ruleFiles)
			for (const id of own) ids.add(id)
		}
	}
	return { ruleFiles, problems }
}

async function filesIn(folder: string, depth = 0): Promise<string[]> {
	// Links are not followed: they could lead in circles.
	if (depth > 8) return []
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
	const found: string[] = []
	for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
		const path = join(folder, entry.name)
		if (entry.isDirectory()) found.push(...(await filesIn(path, depth + 1)))
		else if (entry.isFile() && /\.ya?ml$/i.test(entry.name)) found.push(path)
	}
	return found
}
