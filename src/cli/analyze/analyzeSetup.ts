import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import { type Baseline, parseBaseline } from '../../core/security/findings/baseline.ts'
import { matchesRule } from '../../core/security/findings/rulePatterns.ts'
import {
	noWorkspaceSettings,
	parseWorkspaceSettings,
	type WorkspaceSettings,
} from '../../core/security/findings/workspaceSettings.ts'
import type { RuleFile, SecurityRule } from '../../core/security/rules/ruleTypes.ts'
import type { RuleProblem } from '../../core/security/securityPorts.ts'
import { readOwnRules } from '../../node/security/ownRules.ts'
import { readShippedRules } from '../../node/security/shippedRules.ts'
import { messageOf } from '../../shared/errors.ts'
import { CliError } from '../cliError.ts'
import type { AnalyzeOptions } from './analyzeOptions.ts'

/** What counts for all files of an analysis. Paths are absolute. */
export interface AnalyzeSetup {
	readonly root: string
	readonly settings: WorkspaceSettings
	readonly ownRules: readonly RuleFile[]
	readonly ruleProblems: readonly RuleProblem[]
	/** Those that are on. */
	readonly rules: readonly SecurityRule[]
	readonly off: readonly string[]
	readonly baseline: Baseline | undefined
	/** Where it is, or is to be. */
	readonly baselineFile: string
}

/** @throws CliError where something that was asked for cannot be read */
export async function readSetup(
	options: AnalyzeOptions,
	rulesFile: string,
	folder = process.cwd(),
): Promise<AnalyzeSetup> {
	const root = rootOf(options.paths, folder)
	const settings = options.readsWorkspace ? readSettings(join(root, '.alcove', 'security.json')) : noWorkspaceSettings
	const shipped = await readShippedRules(rulesFile).catch((error: Error) => {
		throw new CliError(3, `the rules that come with Alcove cannot be read (${messageOf(error)})`, { cause: error })
	})
	for (const named of options.rules) if (!isFolder(named)) throw new CliError(2, `there is no folder ${named}`)
	const folders = [...(options.readsWorkspace ? [join(root, '.alcove', 'rules')] : []), ...options.rules]
	const ids = shipped.flatMap(({ rules }) => rules ?? []).map(({ id }) => id)
	const { ruleFiles: ownRules, problems } = await readOwnRules([...new Set(folders)], ids)
	const off = [...options.disabled, ...settings.ignoredRules.map(({ rule }) => rule)]
	const all = [...shipped, ...ownRules].flatMap(({ rules }) => rules ?? [])
	const baselineFile = /^(default|none)$/.test(options.baseline)
		? join(root, '.alcove', 'baseline.json')
		: options.baseline
	return {
		...{ root, settings, ownRules, ruleProblems: problems, off, baselineFile },
		rules: all.filter(({ id }) => !matchesRule(off, id)),
		baseline: readBaseline(options, baselineFile),
	}
}

/** Results are kept with the person, not in the workspace: by its folder. */
export function cacheFileOf(root: string): string {
	return join(cacheFolder(), 'analysis', `${createHash('sha256').update(root).digest('hex').slice(0, 32)}.gz`)
}

/** Where programs keep what they can make again. */
export function cacheFolder(): string {
	const { env, platform } = process
	const home = homedir()
	const local = env.LOCALAPPDATA ?? join(home, 'AppData', 'Local')
	const caches =
		platform === 'win32' ? local : platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache')
	const folder = platform === 'linux' && env.XDG_CACHE_HOME ? env.XDG_CACHE_HOME : caches
	return join(folder, 'alcove')
}

/** This folder where all is in it; else the one folder that is named, or the one of the file. */
function rootOf(paths: readonly string[], folder: string): string {
	if (paths.every((path) => isInside(folder, path))) return folder
	const [first] = paths
	if (paths.length !== 1 || first === undefined) {
		throw new CliError(2, 'paths outside of this folder can only be analyzed one at a time')
	}
	return isFolder(first) ? first : dirname(first)
}

function isInside(folder: string, path: string): boolean {
	const inside = relative(folder, path)
	return inside !== '..' && !inside.startsWith(`..${sep}`) && !/^([a-z]:|\\\\)/i.test(inside)
}

function isFolder(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function readSettings(file: string): WorkspaceSettings {
	if (!existsSync(file)) return noWorkspaceSettings
	const read = parseWorkspaceSettings(textOf(file))
	if ('problem' in read) throw new CliError(3, `${file}: ${read.problem}`)
	return read
}

function readBaseline(
	{ baseline, writesBaseline, readsWorkspace }: AnalyzeOptions,
	file: string,
): Baseline | undefined {
	if (baseline === 'none' || (baseline === 'default' && !readsWorkspace)) return undefined
	if (!existsSync(file)) {
		if (baseline === 'default' || writesBaseline) return undefined
		throw new CliError(2, `there is no baseline ${file}; --write-baseline makes one`)
	}
	const read = parseBaseline(textOf(file))
	if ('problem' in read) throw new CliError(3, `${file} is no baseline: ${read.problem}`)
	return read
}

function textOf(file: string): string {
	try {
		return readFileSync(file, 'utf8')
	} catch (error) {
		throw new CliError(3, `${file} cannot be read (${messageOf(error)})`, { cause: error })
	}
}
