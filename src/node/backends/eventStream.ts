import { linesOf } from './lines.ts'

/**
 * The data of server-sent events, as the HTML standard (9.2.6) has them: lines of `data` belong together until an empty line; comments and
 * other fields say nothing here. An event that the end of the body cuts off is none.
 */
export async function* serverSentData(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
	let data: string[] = []
	for await (const line of linesOf(body)) {
		if (line === '') {
			if (data.length > 0) yield data.join('\n')
			data = []
			continue
		}
		const field = /^data(?:: ?(.*))?$/s.exec(line)
		if (field) data.push(field[1] ?? '')
	}
}

/** One JSON value a line (Ollama). Empty lines are none. */
export async function* jsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
	for await (const line of linesOf(body)) if (line.trim() !== '') yield line
}
