import type { CodeSpan } from '../tree/codeNode.ts'

/** A template of a server: what it shows, in the order of the file. Of the rest of it nothing is kept. */
export interface Template {
	readonly file: string
	readonly text: string
	readonly parts: readonly TemplatePart[]
	/** Templates that it takes in, by the names that it has for them. */
	readonly included: readonly string[]
}

export type TemplatePart = TemplateOutput | TemplateAssignment | TemplateContext | TemplateInclude

/** Where what is shown can do harm: as it is, though it was escaped for HTML, or because it was not. */
export type OutputPlace = 'unescaped' | 'script' | 'attribute' | 'address'

export interface TemplateOutput extends CodeSpan {
	readonly kind: 'output'
	readonly place: OutputPlace
	readonly value: TemplateValue
}

/** A name gets a value, or with `isItem` one after the other of its items. It is known up to the end: templates have few names. */
export interface TemplateAssignment extends CodeSpan {
	readonly kind: 'assign'
	readonly names: readonly string[]
	readonly value: TemplateValue
	readonly isItem: boolean
}

/** Up to the next `undefined` names mean what this value has (Handlebars, Mustache). */
export interface TemplateContext extends CodeSpan {
	readonly kind: 'context'
	readonly value: TemplateValue | undefined
}

export interface TemplateInclude extends CodeSpan {
	readonly kind: 'include'
	readonly name: string
	/** What the other template is given besides what this one has. */
	readonly values: readonly { readonly name: string; readonly value: TemplateValue }[]
}

/** What an expression of a template is made of. */
export type TemplateValue =
	| { readonly kind: 'constant' }
	/** A field of undefined name is any of them. */
	| { readonly kind: 'path'; readonly root: string; readonly fields: readonly (string | undefined)[] }
	/** A filter or function of a name, or without one several values that were put together, or one of them. */
	| { readonly kind: 'made'; readonly by: string | undefined; readonly of: readonly TemplateValue[] }
