import type { Expression } from '../../ir/ir.ts'
import { factsOf } from '../checks/facts.ts'
import type { ArgumentValues, Machine } from '../machine.ts'
import { maskOf } from '../taint.ts'
import { constantOf, type Fact, type Value } from '../value.ts'
import { namesHost } from './prefixes.ts'

/**
 * `path.startswith(folder)`, where the name of the folder is known to end without a separator: `/srv/files-of-others` begins with `/srv/files` as
 * well. Paths of Java are compared by their parts.
 */
export function lacksSeparator(machine: Machine, { paths }: Value, { positional, written }: ArgumentValues): boolean {
	const [prefix] = positional
	if (prefix === undefined) return false
	if (machine.language === 'python') return endsWithName(machine, prefix, written[0]?.value)
	if (machine.language === 'javascript') return isCutName(machine, prefix)
	if (machine.language === 'csharp') return isMadeName(machine, prefix)
	if (machine.language === 'ruby') return isBareFolder(prefix)
	if (machine.language !== 'java' || paths.includes('java.nio.file.Path')) return false
	const folder = constantOf(prefix)
	if (typeof folder === 'string') return !/[/\\]$/.test(folder)
	const [argument] = written
	return argument !== undefined && bareFolder.test(machine.unit.text.slice(argument.start, argument.end))
}

const bareFolder = /\.(?:get(?:Canonical|Absolute)?Path|toString)\(\)$/

/** What resolves a path takes the separator from its end. */
const resolved = /^os\.path\.(?:realpath|abspath|normpath|dirname)\(\)$|^os\.getcwd\(\)$/

function endsWithName(machine: Machine, prefix: Value, written: Expression | undefined): boolean {
	const text = prefix.objects.length === 0 ? constantOf(prefix) : undefined
	if (typeof text === 'string') return /[^/\\]$/.test(text)
	if (prefix.paths.length > 0 && prefix.paths.every((it) => resolved.test(it))) return true
	if (prefix.paths.length > 0 && prefix.paths.every((it) => it === 'os.path.join()')) return joinsName(machine, written)
	return written !== undefined && isPathAsText(machine, written)
}

/** What is joined ends with a separator only where its last part does, which somebody has to write. */
function joinsName({ unit, frame }: Machine, written: Expression | undefined): boolean {
	if (!written) return false
	const around = frame.function
	const of = frame.home?.class
	const text = unit.text.slice(of?.start ?? around?.start ?? 0, Math.min(of?.end ?? around?.end ?? 0, longestText))
	return !endsJoinedPython.test(text)
}

/** What File and Pathname resolve has no separator at its end, and of a text in the code it is seen (Ruby). */
function isBareFolder(prefix: Value): boolean {
	const text = prefix.objects.length === 0 ? constantOf(prefix) : undefined
	if (typeof text === 'string') return /[^/\\]$/.test(text)
	return prefix.paths.length > 0 && prefix.paths.every((it) => resolvedByRuby.test(it))
}

const resolvedByRuby =
	/^(?:File\.(?:expand_path|realpath|realdirpath|absolute_path|dirname)|Dir\.(?:pwd|getwd|tmpdir|home)|Pathname\.(?:to_s|to_path))\(\)(?:\.(?:to_s|to_str|freeze)\(\))?$/

const longestText = 60_000
const endsJoinedPython = /join\([^()]*(?:\bsep|["']["']|[/\\]["'])\s*,?\s*\)/

/** `str(folder)`, `folder.as_posix()`: a path of pathlib has no separator at its end. */
function isPathAsText(machine: Machine, it: Expression): boolean {
	if (it.kind !== 'call') return false
	const { callee } = it
	const [first] = it.arguments
	const isText = callee.kind === 'name' && callee.name === 'str' && it.arguments.length === 1
	const of = isText ? first?.value : callee.kind === 'field' && callee.name === 'as_posix' ? callee.object : undefined
	if (of?.kind !== 'name' && of?.kind !== 'field') return false
	return machine.evaluate(of).paths.some((path) => /^pathlib\.\w*Path\(\)/.test(path))
}

function isCutName({ unit }: Machine, folder: Value): boolean {
	const texts = folder.constants?.filter((it) => typeof it === 'string') ?? []
	if (texts.length > 0) return texts.some((it) => !/[/\\]$/.test(it))
	// What is joined ends with a separator where the last part does.
	const isJoined = folder.paths.includes('path.join()') && !endsJoined.test(unit.text)
	return isJoined || folder.paths.some((it) => withoutSeparator.test(it))
}

const endsJoined = /join\([^()]*(?:\bsep|[/\\]['"`])\s*,?\s*\)/

const withoutSeparator = /^(?:path\.(?:resolve|dirname)\(\)|process\.cwd\(\)|__dirname|os\.(?:tmpdir|homedir)\(\))$/

/** What .NET makes of names has no separator at its end, but where one was given; who thinks of it says so in the file. */
function isMadeName({ unit, analyzed }: Machine, folder: Value): boolean {
	const text = folder.objects.length === 0 ? constantOf(folder) : undefined
	if (typeof text === 'string') return /[^/\\]$/.test(text)
	if (!folder.paths.some((it) => madeName.test(it))) return false
	return ![unit, analyzed].some((it) => it && endsNames.test(it.text.slice(0, longestText)))
}

const madeName =
	/^System\.IO\.(?:Path\.Made|Directory\.GetCurrentDirectory\(\))$|\bEnvironment\.CurrentDirectory$|\.(?:WebRootPath|ContentRootPath)$/
/** That the name of an entry ends so says that it is a folder. */
const endsNames =
	/DirectorySeparator|(?<!\b(?:FullName|Name|Key|\w{0,20}[nN]ame))\.EndsWith\(\s*@?["'][\\/]|GetRelativePath|[\\/]["']\s*\)\s*;|\+\s*@?["'][\\/]/

/** What a text does that begins so, or that does not. */
export function beginningFacts(machine: Machine, { taint }: Value, prefix: string): readonly Fact[] {
	if (machine.language !== 'javascript' && machine.language !== 'csharp') return []
	// Whatever else it is, no program takes it for an option.
	if (prefix === '-') return factsOf(taint, false, maskOf(['option']))
	if (namesHost(prefix)) return factsOf(taint, true, maskOf(['scheme', 'url', 'redirect', 'option']))
	if (/^(?:https?|wss?|mailto|tel|s?ftp)(?::|$)/i.test(prefix))
		return factsOf(taint, true, maskOf(['scheme', 'option']))
	return /^[\w@/.]/.test(prefix) && !/^\/[\\/]?$/.test(prefix) ? factsOf(taint, true, maskOf(['option'])) : []
}
