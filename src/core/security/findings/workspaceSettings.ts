/** What a workspace says of its analysis: `.alcove/security.json`. Read only where the workspace is trusted. */
export interface WorkspaceSettings {
	/** Rules that are off in it, `*` for any characters. */
	readonly ignoredRules: readonly IgnoredRule[]
	/** Globs of files that are not analyzed, relative to the root. */
	readonly exclude: readonly string[]
}

export interface IgnoredRule {
	readonly rule: string
	readonly reason: string
}

export const noWorkspaceSettings: WorkspaceSettings = { ignoredRules: [], exclude: [] }

/** @returns the reason where it is none */
export function parseWorkspaceSettings(text: string): WorkspaceSettings | { readonly problem: string } {
	let data: unknown
	try {
		data = JSON.parse(text.replace(/^\uFEFF/, ''))
	} catch {
		return { problem: 'it is no JSON' }
	}
	if (typeof data !== 'object' || data === null || Array.isArray(data)) return { problem: 'it is no object' }
	const unknown = Object.keys(data).find((key) => key !== 'ignoredRules' && key !== 'exclude')
	if (unknown !== undefined) return { problem: `there is no setting ${unknown}` }
	const { ignoredRules = [], exclude = [] } = data as Record<string, unknown>
	if (!Array.isArray(ignoredRules) || !ignoredRules.every(isIgnoredRule)) {
		return { problem: 'ignoredRules is a list of { "rule": …, "reason": … }, each with a reason' }
	}
	if (!Array.isArray(exclude) || !exclude.every((glob) => typeof glob === 'string' && glob !== '')) {
		return { problem: 'exclude is a list of globs' }
	}
	return { ignoredRules: ignoredRules.map(({ rule, reason }) => ({ rule, reason })), exclude }
}

/** Laid out as people write it. */
export function renderWorkspaceSettings(settings: WorkspaceSettings): string {
	return `${JSON.stringify(settings, undefined, '\t')}\n`
}

/** A rule that is ignored already keeps its place, with the new reason. */
export function withIgnoredRule(settings: WorkspaceSettings, ignored: IgnoredRule): WorkspaceSettings {
	const others = settings.ignoredRules.filter(({ rule }) => rule !== ignored.rule)
	return { ...settings, ignoredRules: [...others, ignored] }
}

function isIgnoredRule(value: unknown): value is IgnoredRule {
	if (typeof value !== 'object' || value === null) return false
	const { rule, reason } = value as Record<string, unknown>
	return typeof rule === 'string' && rule !== '' && typeof reason === 'string' && reason.trim() !== ''
}
