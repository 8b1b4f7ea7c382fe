import * as vscode from 'vscode'
import { toolText } from '../../core/security/report/toolText.ts'
import type { SecurityAnalyzer } from '../../core/security/securityPorts.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { securityToolName } from '../ids.ts'
import { editorDocuments, isWork, sessionDocument } from '../security/editorDocuments.ts'
import type { SettingsStore } from '../settings/settingsStore.ts'
import { editorModels, type Tool, toolResult } from './editorModels.ts'

/** Lets models of the editor's own chat ask for the findings in a file. It reads, and changes nothing. */
export function registerSecurityTool(deps: {
	readonly analyzer: Pick<SecurityAnalyzer, 'analyzeText'>
	readonly settings: SettingsStore
}): Disposable | undefined {
	const tool: Tool = {
		prepareInvocation: () => ({ invocationMessage: vscode.l10n.t('Analyzing for security issues') }),
		invoke: async ({ input }, token) => {
			const document = await documentOf(input)
			if (!document || !isWork(document)) return toolResult('There is no such file in the workspace, and none is open.')
			const { root, file, languageId, text } = sessionDocument(document)
			const order = {
				...{ root, file, languageId, text, unsaved: root === undefined ? [] : editorDocuments.unsaved(root) },
				...{ rulesOff: [], isTrusted: vscode.workspace.isTrusted },
				mostBytes: deps.settings.current['security.maxFileKilobytes'] * 1_024,
			}
			return toolResult(toolText(await deps.analyzer.analyzeText(order, token)))
		},
	}
	return editorModels().registerTool?.(securityToolName, tool)
}

/** A file of the workspace by its path, else the one in view. Nothing outside of the workspace is opened for a model. */
async function documentOf(input: unknown): Promise<vscode.TextDocument | undefined> {
	const path = (input as { readonly path?: unknown } | undefined)?.path
	if (typeof path !== 'string' || path === '') return vscode.window.activeTextEditor?.document
	for (const folder of vscode.workspace.workspaceFolders ?? []) {
		const isAbsolute = path.startsWith(folder.uri.path)
		const uri = isAbsolute ? folder.uri.with({ path }) : vscode.Uri.joinPath(folder.uri, path)
		if (!`${uri.path}/`.startsWith(`${folder.uri.path}/`) || uri.path.includes('/../')) continue
		try {
			return await vscode.workspace.openTextDocument(uri)
		} catch {
			// It is not in this folder.
		}
	}
	return undefined
}
