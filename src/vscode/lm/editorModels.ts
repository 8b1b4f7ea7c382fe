import * as vscode from 'vscode'

/**
 * The part of the editor's own chat that Alcove takes part in, as the documentation of VS Code 1.104 describes it:
 * https://code.visualstudio.com/api/extension-guides/ai/language-model-chat-provider and
 * https://code.visualstudio.com/api/extension-guides/ai/tools. Older editors, and forks, have none or only some of it.
 */
export interface EditorModels {
	readonly registerLanguageModelChatProvider?: (vendor: string, provider: ChatProvider) => vscode.Disposable
	readonly registerTool?: (name: string, tool: Tool) => vscode.Disposable
	readonly selectChatModels?: (selector: { readonly vendor: string }) => Thenable<readonly { readonly id: string }[]>
}

/** What the model picker shows of a model. Sizes in tokens. */
export interface ChatModelInformation {
	readonly id: string
	readonly name: string
	readonly family: string
	readonly version: string
	readonly maxInputTokens: number
	readonly maxOutputTokens: number
	readonly tooltip?: string
	readonly detail?: string
	readonly capabilities: { readonly toolCalling: boolean; readonly imageInput: boolean }
}

export interface ChatRequestMessage {
	/** 1: the user, 2: the assistant. */
	readonly role: number
	readonly content: readonly unknown[]
}

export interface ChatProvider {
	readonly onDidChangeLanguageModelChatInformation: vscode.Event<void>
	provideLanguageModelChatInformation(): ChatModelInformation[]
	provideLanguageModelChatResponse(
		model: ChatModelInformation,
		messages: readonly ChatRequestMessage[],
		options: unknown,
		progress: vscode.Progress<unknown>,
		token: vscode.CancellationToken,
	): Promise<void>
	provideTokenCount(
		model: ChatModelInformation,
		text: string | ChatRequestMessage,
		token: vscode.CancellationToken,
	): Promise<number>
}

export interface Tool {
	prepareInvocation(options: { readonly input: unknown }): { readonly invocationMessage: string }
	invoke(options: { readonly input: unknown }, token: vscode.CancellationToken): Promise<unknown>
}

/** What this editor has of it. */
export function editorModels(): EditorModels {
	return (vscode as { readonly lm?: EditorModels }).lm ?? {}
}

/** A piece of text in an answer of a model or a tool. */
export function textPart(text: string): unknown {
	const { LanguageModelTextPart } = vscode as unknown as {
		readonly LanguageModelTextPart: new (text: string) => unknown
	}
	return new LanguageModelTextPart(text)
}

export function toolResult(text: string): unknown {
	const { LanguageModelToolResult } = vscode as unknown as {
		readonly LanguageModelToolResult: new (parts: readonly unknown[]) => unknown
	}
	return new LanguageModelToolResult([textPart(text)])
}
