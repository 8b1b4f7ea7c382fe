import { describe, expect, it } from 'vitest'
import type { AnalysisReply, KeptResult } from '../../../../src/node/security/analysisMessages.ts'
import { ResultReceiver, ResultSender } from '../../../../src/node/security/sentResults.ts'

function result(file: string, dependsOn: readonly string[], states: readonly string[]): AnalysisReply {
	const analyzed: KeptResult['analyzed'] = { file, findings: [], gaps: [], dependsOn, lines: 3 }
	return { kind: 'file', result: { analyzed, states } }
}

describe('results on their way', () => {
	it('arrive as they were, in any order of the files that they depend on', () => {
		const sender = new ResultSender()
		const receiver = new ResultReceiver()
		const replies: AnalysisReply[] = [
			{ kind: 'ready' },
			{ kind: 'begin', file: 'a.ts' },
			result('a.ts', ['b.ts', 'c.ts', 'folder/'], ['1', '2', '3', '4']),
			result('d.ts', ['c.ts', 'e.ts', 'b.ts'], ['5', '3', '6', '2']),
			// A file that was changed meanwhile.
			result('f.ts', ['b.ts', 'c.ts'], ['7', '8', '3']),
			result('none.ts', [], ['9']),
			result('notKept.ts', [], []),
		]
		// As between processes.
		const arrived = replies.map((it) => receiver.received(JSON.parse(JSON.stringify(sender.sent(it)))))
		expect(arrived).toEqual(replies)
	})

	it('say what a result that is not kept depends on', () => {
		const sender = new ResultSender()
		const received = new ResultReceiver().received(sender.sent(result('a.ts', ['b.ts'], [])))
		expect(received).toEqual(result('a.ts', ['b.ts'], []))
	})

	it('name each file once', () => {
		const sender = new ResultSender()
		sender.sent(result('a.ts', ['b.ts', 'c.ts'], ['1', '2', '3']))
		const sent = sender.sent(result('d.ts', ['b.ts', 'e.ts'], ['4', '2', '5']))
		expect(sent.kind === 'file' && sent.result.named).toEqual([['e.ts', '5']])
	})
})
