import * as v from 'valibot'

/** What the extension host and the page of the privacy report say to each other; parsed on both ends. */

const line = v.pipe(v.string(), v.maxLength(20_000))
const table = v.object({ title: line, head: v.array(line), rows: v.array(v.array(line)) })
export type ReportTable = v.InferOutput<typeof table>

const hostMessage = v.variant('type', [
	v.object({
		type: v.literal('report'),
		/** What the record says of other machines, and whether that is that nothing went there. */
		statement: line,
		isQuiet: v.boolean(),
		facts: v.array(line),
		labels: v.object({
			title: line,
			search: line,
			verify: line,
			exportJson: line,
			exportCsv: line,
			refresh: line,
			/** With `{0}` and `{1}` for how many are shown of how many. */
			shown: line,
			filterBy: line,
		}),
		/** Their first column is what can be searched by. */
		days: table,
		destinations: table,
		records: table,
		/** Indexes of the records that are of another machine. */
		elsewhere: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
	}),
	v.object({ type: v.literal('verified'), text: line, isFine: v.boolean(), faults: v.array(line) }),
])
export type ReportHostMessage = v.InferOutput<typeof hostMessage>
export type ReportMessage = Extract<ReportHostMessage, { readonly type: 'report' }>

const viewMessage = v.variant('type', [
	v.object({ type: v.literal('ready') }),
	v.object({ type: v.literal('verify') }),
	v.object({ type: v.literal('refresh') }),
	v.object({ type: v.literal('export'), format: v.picklist(['json', 'csv']) }),
])
export type ReportViewMessage = v.InferOutput<typeof viewMessage>

export function parseReportHostMessage(raw: unknown): ReportHostMessage | undefined {
	const result = v.safeParse(hostMessage, raw)
	return result.success ? result.output : undefined
}

export function parseReportViewMessage(raw: unknown): ReportViewMessage | undefined {
	const result = v.safeParse(viewMessage, raw)
	return result.success ? result.output : undefined
}
