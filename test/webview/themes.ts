import themes from './themes.json' with { type: 'json' }

export type ThemeName = 'dark' | 'light' | 'highContrast'

export const themeNames: readonly ThemeName[] = ['dark', 'light', 'highContrast']

const bodyClasses: Readonly<Record<ThemeName, string>> = {
	dark: 'vscode-dark',
	light: 'vscode-light',
	highContrast: 'vscode-high-contrast',
}

/** What the editor gives a page of its own: the variables of a theme, as read from it, and the class of the body. */
export function themeStyle(theme: ThemeName): { bodyClass: string; variables: Record<string, string> } {
	const fonts = {
		'--vscode-font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
		'--vscode-font-size': '13px',
		'--vscode-editor-font-family': '"Droid Sans Mono", "DejaVu Sans Mono", monospace',
		'--vscode-editor-font-size': '12px',
	}
	return { bodyClass: bodyClasses[theme], variables: { ...themes[theme], ...fonts } }
}
