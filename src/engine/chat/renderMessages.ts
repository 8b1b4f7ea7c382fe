export interface TemplateMessage {
	readonly role: 'system' | 'user' | 'assistant'
	readonly content: string
}

export interface RenderTask {
	readonly template: string
	readonly variables: Readonly<Record<string, unknown>>
	/** Rendered one after the other. */
	readonly conversations: readonly (readonly TemplateMessage[])[]
	/** Of each text. */
	readonly mostCharacters: number
}

/** `refused`: the template itself failed, as some do for an order of messages that they do not know. */
export type RenderOutcome =
	| { readonly texts: readonly string[] }
	| { readonly failure: 'refused'; readonly detail: string }
	/** It went over a limit: it may be hostile, and should not be tried again. */
	| { readonly failure: 'tooLong' | 'tooSlow' | 'tooLarge' | 'crashed' }
	| { readonly failure: 'cancelled' }

/** What the process says when it can begin. */
export const readyMessage = 'ready'
