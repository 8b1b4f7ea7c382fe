/** What the editor tells of where a setting has values. */
export interface SettingInspection {
	readonly workspaceValue?: unknown
	readonly workspaceFolderValue?: unknown
	readonly workspaceLanguageValue?: unknown
	readonly workspaceFolderLanguageValue?: unknown
}

/** The place where a new value takes effect: the narrowest one that has a value already, else the user's settings. */
export function settingTarget(
	inspection: SettingInspection | undefined,
	forLanguage: boolean,
): 'user' | 'workspace' | 'workspaceFolder' {
	const folder = forLanguage ? inspection?.workspaceFolderLanguageValue : inspection?.workspaceFolderValue
	if (folder !== undefined) return 'workspaceFolder'
	const workspace = forLanguage ? inspection?.workspaceLanguageValue : inspection?.workspaceValue
	return workspace === undefined ? 'user' : 'workspace'
}
