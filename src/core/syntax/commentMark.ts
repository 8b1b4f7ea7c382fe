const hash = new Set([
	'coffeescript',
	'dockerfile',
	'elixir',
	'julia',
	'makefile',
	'perl',
	'powershell',
	'python',
	'r',
	'ruby',
	'shellscript',
	'toml',
	'yaml',
])
const dashes = new Set(['haskell', 'lua', 'sql'])

/** What a comment begins with that ends with its line, by the editor's language id. */
export function commentMarkOf(languageId: string): string {
	if (hash.has(languageId)) return '#'
	return dashes.has(languageId) ? '--' : '//'
}
