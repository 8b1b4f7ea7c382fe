/** A prompt that a user wrote: `.alcove/prompts/NAME.md`. */
export interface UserPrompt {
	/** What is typed behind the slash. */
	readonly name: string
	readonly description: string
	/** With variables such as `{{selection}}`. */
	readonly text: string
}

export type PromptProblem =
	| 'noEnd'
	| 'notAPair'
	| 'unknownKey'
	| 'badName'
	| 'noText'
	| 'unknownVariable'
	| 'takenName'
	| 'tooLong'

/** What is wrong with a file of a prompt. */
export interface PromptComplaint {
	readonly problem: PromptProblem
	/** The word that it is about; empty where there is none. */
	readonly word: string
	/** From 0. */
	readonly line: number
	readonly character: number
}

export const promptVariables = ['selection', 'file', 'path', 'language', 'input', 'problems', 'changes'] as const
export type PromptVariable = (typeof promptVariables)[number]

const namePattern = /^[A-Za-z][\w-]{0,39}$/
const longest = 20_000
const variable = /\{\{\s*([^{}\n]*?)\s*\}\}/g

/**
 * Reads a prompt. Above the text there may be a front matter with `name` and `description`, between two lines of `---`.
 *
 * @param fileName without folder; what stands before `.md` is the name where the front matter gives none
 * @param isTaken whether a name belongs to a command or another prompt
 */
export function parsePromptFile(
	fileName: string,
	source: string,
	isTaken: (name: string) => boolean,
): UserPrompt | PromptComplaint {
	const lines = source.replace(/^\uFEFF/, '').split(/\r?\n/)
	const head = readHead(lines)
	if ('problem' in head) return head
	const fallback = fileName.replace(/\.md$/i, '').trim().replace(/\s+/g, '-')
	const name = head.name ?? { value: fallback, line: 0, character: 0 }
	const at = { word: name.value, line: name.line, character: name.character }
	if (!namePattern.test(name.value)) return { problem: 'badName', ...at }
	if (isTaken(name.value)) return { problem: 'takenName', ...at }
	const body = lines.slice(head.end)
	for (const [index, line] of body.entries()) {
		for (const match of line.matchAll(variable)) {
			if (isVariable(match[1] ?? '')) continue
			const place = { line: head.end + index, character: match.index }
			return { problem: 'unknownVariable', word: match[1] ?? '', ...place }
		}
	}
	const text = body.join('\n').trim()
	if (text === '') return { problem: 'noText', word: '', line: Math.max(0, lines.length - 1), character: 0 }
	if (text.length > longest) return { problem: 'tooLong', word: '', line: head.end, character: 0 }
	return { name: name.value, description: head.description ?? firstLine(text), text }
}

/** The variables that a prompt uses. */
export function variablesIn(text: string): ReadonlySet<PromptVariable> {
	return new Set([...text.matchAll(variable)].map((match) => match[1] ?? '').filter(isVariable))
}

/** Puts values in the place of variables. What the values contain is not looked at again. */
export function fillPrompt(text: string, valueFor: (name: PromptVariable) => string): string {
	return text.replace(variable, (all: string, name: string) => (isVariable(name) ? valueFor(name) : all))
}

interface Value {
	readonly value: string
	readonly line: number
	readonly character: number
}

function readHead(
	lines: readonly string[],
): { readonly name?: Value; readonly description?: string; readonly end: number } | PromptComplaint {
	if (lines[0]?.trimEnd() !== '---') return { end: 0 }
	const end = lines.findIndex((text, line) => line > 0 && text.trimEnd() === '---')
	if (end < 0) return { problem: 'noEnd', word: '', line: 0, character: 0 }
	let name: Value | undefined
	let description: string | undefined
	for (let line = 1; line < end; line++) {
		const text = lines[line] ?? ''
		if (/^\s*(#.*)?$/.test(text)) continue
		const pair = /^(\s*)([\w-]+)(\s*:\s*)(.*?)\s*$/.exec(text)
		if (!pair) return { problem: 'notAPair', word: text.trim().slice(0, 80), line, character: 0 }
		const [, indent = '', key = '', colon = '', raw = ''] = pair
		const value = raw.replace(/^(["'])(.*)\1$/, '$2')
		if (key === 'name') name = { value, line, character: indent.length + key.length + colon.length }
		else if (key === 'description') description = value
		else return { problem: 'unknownKey', word: key, line, character: indent.length }
	}
	return { end: end + 1, ...(name && { name }), ...(description !== undefined && { description }) }
}

function isVariable(name: string): name is PromptVariable {
	return promptVariables.some((known) => known === name)
}

function firstLine(text: string): string {
	const [line = ''] = text.split('\n', 1)
	return line.replace(/^#+\s*/, '').slice(0, 120)
}
