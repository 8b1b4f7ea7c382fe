import { expect, it } from 'vitest'
import { isCodeDocument } from '../../../src/vscode/completion/codeDocument.ts'
import { settingTarget } from '../../../src/vscode/settings/settingTarget.ts'

it.each([
	[undefined, false, 'user'],
	[{}, false, 'user'],
	[{ workspaceValue: false }, false, 'workspace'],
	[{ workspaceValue: true, workspaceFolderValue: false }, false, 'workspaceFolder'],
	// A value for all languages does not stand in the way of one for this language.
	[{ workspaceValue: false }, true, 'user'],
	[{ workspaceLanguageValue: false }, true, 'workspace'],
	[{ workspaceFolderLanguageValue: true }, true, 'workspaceFolder'],
] as const)('with %j, for a language: %s, a new value goes to %s', (inspection, forLanguage, target) => {
	expect(settingTarget(inspection, forLanguage)).toBe(target)
})

it('takes files, untitled documents, notebook cells and virtual file systems for code, and panels not', () => {
	for (const scheme of ['file', 'untitled', 'vscode-notebook-cell', 'vscode-vfs', 'git'])
		expect(isCodeDocument(scheme)).toBe(true)
	for (const scheme of ['output', 'vscode-scm', 'chatSessionInput']) expect(isCodeDocument(scheme)).toBe(false)
})
