import * as vscode from 'vscode'
import type { ModelSpec } from '../../core/model/engineControl.ts'
import type { ChatModel } from '../../core/model/ports.ts'
import { chatVendor } from '../ids.ts'
import { modelName } from '../models/modelName.ts'
import { diagnosisText } from './diagnosis.ts'
import { editorModels } from './editorModels.ts'

/** Says why the model is shown in the editor's own chat, or why it is not. Loads nothing. */
export async function diagnoseModels({ state }: Pick<ChatModel, 'state'>, spec: ModelSpec): Promise<void> {
	const models = editorModels()
	const known = await models.selectChatModels?.({ vendor: chatVendor }).then(
		(found) => found.length,
		() => undefined,
	)
	const content = diagnosisText(
		{
			editorVersion: `${vscode.env.appName} ${vscode.version}`,
			hasProviders: models.registerLanguageModelChatProvider !== undefined,
			hasTools: models.registerTool !== undefined,
			isAiOff: vscode.workspace.getConfiguration('chat').get('disableAIFeatures') === true,
			known,
			modelName: modelName(state, spec),
			state: state.kind,
			...(state.kind === 'failed' && { problem: state.problem.code }),
		},
		vscode.l10n,
	)
	await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language: 'markdown' }))
}
