import { CliError } from '../cliError.ts'

/** A program with a gap and the test of it: the form of HumanEval-Infilling (arXiv 2207.14255), one JSON object a line. */
export interface InfillingTask {
	/** `SingleLineInfilling/HumanEval/0/L0`: what stands before the first `/` is the kind of task. */
	readonly id: string
	readonly prefix: string
	readonly suffix: string
	/** Python that defines `check(candidate)`. */
	readonly test: string
	/** Name of the function that is checked. */
	readonly entryPoint: string
}

const fields = { task_id: 'id', prompt: 'prefix', suffix: 'suffix', test: 'test', entry_point: 'entryPoint' } as const

/** @throws CliError with the line of what is not a task */
export function parseInfillingTasks(text: string, file: string): InfillingTask[] {
	const tasks: InfillingTask[] = []
	const ids = new Set<string>()
	for (const [at, line] of text.split('\n').entries()) {
		if (line.trim() === '') continue
		const task = taskOf(line, `${file}, line ${at + 1}`)
		if (ids.has(task.id)) throw new CliError(2, `${file}, line ${at + 1}: there is another task ${task.id}`)
		ids.add(task.id)
		tasks.push(task)
	}
	if (tasks.length === 0) throw new CliError(2, `${file} has no tasks in it`)
	return tasks
}

function taskOf(line: string, where: string): InfillingTask {
	const value = jsonOf(line, where)
	const task: Record<string, string> = {}
	for (const [name, key] of Object.entries(fields)) {
		const part = value[name]
		if (typeof part !== 'string') throw new CliError(2, `${where}: a task needs a text '${name}'`)
		task[key] = part
	}
	const { id = '', prefix = '', suffix = '', test = '', entryPoint = '' } = task
	// It becomes part of a program.
	if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(entryPoint))
		throw new CliError(2, `${where}: '${entryPoint}' is no name of a function`)
	return { id, prefix, suffix, test, entryPoint }
}

function jsonOf(line: string, where: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(line)
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
	} catch (error) {
		throw new CliError(2, `${where}: no JSON`, { cause: error })
	}
	throw new CliError(2, `${where}: no object`)
}

export function kindOf({ id }: InfillingTask): string {
	return id.split('/', 1)[0] ?? ''
}

/** Whether the gap is one line, and an answer ends with it. */
export function isOneLine(task: InfillingTask): boolean {
	return kindOf(task) === 'SingleLineInfilling'
}

/**
 * The program that ends well, and says `proof`, where the gap was filled as the test wants it. An answer that ends the program early
 * does not know the proof.
 */
export function programOf(task: InfillingTask, filling: string, proof: string): string {
	const { prefix, suffix, test, entryPoint } = task
	// The model ends a line before its line break.
	const needsBreak = isOneLine(task) && !filling.endsWith('\n') && !/^\r?\n/.test(suffix) && suffix !== ''
	const middle = needsBreak ? `${filling}\n` : filling
	return `${prefix}${middle}${suffix}\n${test}\ncheck(${entryPoint})\nprint()\nprint(${JSON.stringify(proof)})\n`
}
