import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { intersects, validRange } from 'semver'
import {
	type DeclaredVersion,
	declaredVersions,
	manifestNames,
} from '../../core/security/libraries/declaredVersions.ts'
import type { RuleFile } from '../../core/security/rules/ruleTypes.ts'

const mostBytes = 2_000_000

/**
 * What the manifests in a folder say of the versions of libraries, sorted. What cannot be read says nothing.
 *
 * @param root absolute path
 */
export async function readLibraryVersions(root: string): Promise<readonly DeclaredVersion[]> {
	const names = (await readdir(root).catch(() => [])).filter(isManifest)
	const found: DeclaredVersion[] = []
	for (const name of names.sort()) found.push(...declaredVersions(name, await readStart(join(root, name))))
	return found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

/** @param name of a file, without its folder */
export function isManifest(name: string): boolean {
	return manifestNames.some((it) => (it.startsWith('*') ? name.endsWith(it.slice(1)) : it === name))
}

/** The files of rules that count for these libraries: those for any version, and those whose library may be of one that they are for. */
export function rulesForVersions(
	files: readonly RuleFile[],
	declared: readonly DeclaredVersion[],
): readonly RuleFile[] {
	return files.filter(({ library, versions }) => {
		if (library === undefined || versions === undefined) return true
		const own = declared.filter(([name]) => name === library || name.endsWith(`/${library}`))
		const known = own.map(([, version]) => rangeOf(version)).filter((it) => it !== undefined)
		return known.length === 0 || known.some((it) => intersects(it, versions))
	})
}

/** As a range, for manifests write `2`, `^1.4`, `2.0.1.RELEASE`; undefined where it says nothing. */
function rangeOf(version: string): string | undefined {
	if (validRange(version) !== null) return version
	return /(?:>=\s*)?\d+(?:\.\d+){0,2}/.exec(version)?.[0]
}

async function readStart(path: string): Promise<string> {
	try {
		const handle = await open(path, 'r')
		try {
			const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostBytes), 0, mostBytes, 0)
			return buffer.toString('utf8', 0, bytesRead)
		} finally {
			await handle.close()
		}
	} catch {
		return ''
	}
}
