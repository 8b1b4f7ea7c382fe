import type { Purpose } from '../../protocol/engine.ts'
import data from './recording.json'

/** A place in real code at which somebody typed, one character after the other. */
export interface TypedPlace {
	/** Text before the first of the characters. */
	readonly prefix: string
	/** Text after the line; the rest of the line is what the model is to find. */
	readonly suffix: string
	readonly typed: string
	/** The whole file, without the rest of the line. */
	readonly reference: string
}

/** A function that is to be written once more, as an answer to a question does. */
export interface Rewrite {
	readonly purpose: Purpose
	/** The file, and the first line of the answer. */
	readonly prefix: string
	readonly reference: string
}

const files: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(data.files))

export function typedPlaces(): TypedPlace[] {
	return data.keystrokes.map(({ file, line, before, typed }) => {
		const lines = linesOf(file)
		if (!lines[line - 1]?.startsWith(before + typed)) throw new Error(`line ${line} of ${file} is another one`)
		const prefix = [...lines.slice(0, line - 1), before].join('\n')
		const suffix = `\n${lines.slice(line).join('\n')}\n`
		return { prefix, suffix, typed, reference: prefix + suffix }
	})
}

export function rewrites(): Rewrite[] {
	return data.rewrites.map(({ purpose, file, line }) => {
		const text = `${linesOf(file).join('\n')}\n`
		const comment = file.endsWith('.py') ? '#' : '//'
		const prefix = `${text}\n${comment} The same function once more, with the mistake corrected:\n${linesOf(file)[line - 1]}\n`
		return { purpose: purposeOf(purpose), prefix, reference: text }
	})
}

/** So many characters of code; it begins with a line that differs for every `mark`, so that nothing of it is known yet. */
export function codeText(mark: string, length: number): string {
	const code = [...files.values()].map((lines) => lines.join('\n')).join('\n\n')
	const head = `// ${mark}\n`
	return (head + code.repeat(Math.ceil(length / code.length))).slice(0, Math.max(length, head.length))
}

function linesOf(file: string): readonly string[] {
	const lines = files.get(file)
	if (!lines) throw new Error(`the recording has no ${file}`)
	return lines
}

function purposeOf(name: string): Purpose {
	if (name === 'chat' || name === 'fix') return name
	throw new Error(`the recording has no answers of the purpose ${name}`)
}
