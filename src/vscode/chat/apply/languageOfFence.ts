/** How people call languages behind fences, where the editor has another name. */
const names: Readonly<Record<string, string>> = {
	...{ js: 'javascript', mjs: 'javascript', cjs: 'javascript', jsx: 'javascriptreact', node: 'javascript' },
	...{ ts: 'typescript', mts: 'typescript', tsx: 'typescriptreact', py: 'python', python3: 'python', rb: 'ruby' },
	...{ rs: 'rust', cs: 'csharp', 'c#': 'csharp', 'c++': 'cpp', cc: 'cpp', hpp: 'cpp', h: 'c', golang: 'go' },
	...{ sh: 'shellscript', bash: 'shellscript', zsh: 'shellscript', shell: 'shellscript', console: 'shellscript' },
	...{ yml: 'yaml', md: 'markdown', kt: 'kotlin', ps1: 'powershell', docker: 'dockerfile', text: 'plaintext' },
}

/** The editor's id of a language; undefined where it does not know it. */
export function languageOfFence(word: string, known: readonly string[]): string | undefined {
	const name = word.toLowerCase()
	const id = names[name] ?? name
	return known.includes(id) ? id : undefined
}
