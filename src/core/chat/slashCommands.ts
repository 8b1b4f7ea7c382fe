/** What a command takes along without being told to. */
export type DefaultContext =
	/** What is selected, or the file in view. */
	| 'selection'
	/** What the editor complains of in the selection, or in the file in view. */
	| 'problems'
	/** What the security analysis finds there, with the way of the data. */
	| 'findings'
	/** What is staged; where nothing is, what is changed. */
	| 'staged'
	/** The file that names the packages of the project, for what it says of tests. */
	| 'framework'

export interface SlashCommand {
	readonly takes: readonly DefaultContext[]
	/** What the model is asked. What was typed behind the command follows it. */
	readonly instruction: string
}

export const slashCommands = {
	explain: {
		takes: ['selection'],
		instruction:
			'Explain the quoted code to a programmer who sees it for the first time: first in one sentence what it is for, then how it works step by step, then what is easily overlooked. Do not repeat the code.',
	},
	fix: {
		takes: ['selection', 'problems'],
		instruction:
			'Fix the quoted code. Begin with one sentence on the cause. Then give the corrected code in one fenced block, whole definitions only, and change nothing else. If there are quoted problems, fix those; if you see no problem, say so and give no code.',
	},
	tests: {
		takes: ['selection', 'framework'],
		instruction:
			'Write unit tests for the quoted code: the usual case, limits, and bad input. Test what it does, not how. Give one fenced block with a complete file of tests, imports included, and name the path of that file.',
	},
	doc: {
		takes: ['selection'],
		instruction:
			'Write documentation comments for the quoted code in the form that is usual for the language: what it does, parameters, result, and errors. Say nothing that the names say already. Give the code with the comments in one fenced block and change no code.',
	},
	refactor: {
		takes: ['selection'],
		instruction:
			'Refactor the quoted code so that it is easier to read and to change. It must behave as before, for every input. Say in a few points what you change and why, then give the new code in one fenced block, whole definitions only.',
	},
	security: {
		takes: ['findings', 'selection'],
		instruction:
			'Judge the security of the quoted code. For each quoted finding of the analysis, say whether an attacker can reach it, following the way of the data that is given, what they gain, and how to fix it, with the corrected code in a fenced block. Then name what the analysis does not show, if there is something; do not invent anything.',
	},
	commit: {
		takes: ['staged'],
		instruction:
			'Write the message of a commit for the quoted changes. First line: what the commit does, in the imperative, at most 72 characters. If the reason is not plain, leave a line empty and give it in a few lines. Answer with nothing but one fenced block of the language gitcommit that contains the message.',
	},
	research: {
		takes: [],
		instruction:
			'Answer the question from what is quoted of the workspace. Name the file and the lines for each claim, and say what is not known.',
	},
} as const satisfies Readonly<Record<string, SlashCommand>>

export type SlashName = keyof typeof slashCommands

export const slashNames = Object.keys(slashCommands) as readonly SlashName[]

export function isSlashName(name: string): name is SlashName {
	return Object.hasOwn(slashCommands, name)
}

/** A command at the beginning of what was typed. */
export interface TypedCommand {
	/** Without the slash; not known to be a command. */
	readonly name: string
	/** What stands behind it. */
	readonly rest: string
}

/** @returns undefined where the text does not begin as a command does; a path such as `/usr/bin` is none */
export function parseSlash(text: string): TypedCommand | undefined {
	const match = /^\s*\/([A-Za-z][\w-]*)(?:\s+([\s\S]*))?$/.exec(text)
	return match?.[1] === undefined ? undefined : { name: match[1], rest: (match[2] ?? '').trim() }
}

/** What the model is asked by a command. */
export function commandInstruction(name: SlashName, rest: string): string {
	const { instruction } = slashCommands[name]
	return rest === '' ? instruction : `${instruction}\n\n${rest}`
}
