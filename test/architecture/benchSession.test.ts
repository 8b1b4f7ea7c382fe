import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { BenchDocument, isJump, type Session } from '../bench/recording.ts'
import { makeSessions, parseSessions, readSessionFiles, renderSessions } from '../bench/session.ts'
import { read, root } from './sources.ts'

const fixtures = join(root, 'test', 'fixtures')
const recorded = read('test/bench/session.json')
const sessions = parseSessions(recorded)

/** Texts when the session is over. */
function finished(session: Session): Map<string, string> {
	const documents = new Map(
		[...readSessionFiles(fixtures, session)].map(([file, text]) => [file, new BenchDocument(file, text)]),
	)
	for (const edit of session.edits) if (!isJump(edit)) documents.get(edit.file)?.apply(edit)
	return new Map([...documents].map(([file, { text }]) => [file, text]))
}

it('the recorded sessions are those that are described, on the files as they are', () => {
	// If this fails: node scripts/bench.mjs --record, and measure again.
	expect(recorded).toBe(renderSessions(makeSessions(fixtures)))
})

it('sessions of an older form are refused', () => {
	expect(() => parseSessions('{ "edits": [] }')).toThrow('version undefined')
})

it.each([
	['tools/harvest.py', 'return max(harvests, key=lambda harvest: harvest.kilograms)\n'],
	[
		'orders.ts',
		".join('\\n')\n}\n\n/** What has to be paid each month. */\nexport function instalments(order: Order, months: number)",
	],
	[
		'inventory.py',
		'\n\n    def to_reorder(self) -> list[Article]:\n        return [article for article in self.articles.values() if',
	],
	[
		'limiter.go',
		'\tif used > 0 {\n\t\tusage.Reset = l.calls[caller][0].Add(limit.Window)\n\t}\n\treturn usage, nil\n}\n',
	],
	['tokens.rs', "let text = self.take_while(|c| c != '\"');\n        if self.peek().is_none() {\n"],
])('what is written in %s is what was meant', (file, text) => {
	const session = sessions.find(({ edits }) => edits.some((edit) => edit.file === file))
	expect(session && finished(session).get(file)).toContain(text)
})

describe.each(sessions.map((session) => [session.name, session] as const))('the session in %s', (_name, session) => {
	const { edits } = session

	it('leaves code that can be parsed', () => {
		for (const [file, text] of finished(session)) {
			expect(text).not.toBe(readSessionFiles(fixtures, session).get(file))
			if (!/\.[tj]s$/.test(file)) continue
			expect(ts.transpileModule(text, { fileName: file, reportDiagnostics: true }).diagnostics).toEqual([])
		}
	})

	it('is work as people do it: typing, correcting, jumping, in the order of time', () => {
		expect(edits.filter(({ insert }) => insert !== '').length).toBeGreaterThan(300)
		expect(edits.filter(({ remove }) => remove > 0).length).toBeGreaterThan(10)
		expect(edits.filter(isJump).length).toBeGreaterThan(5)
		expect(edits.map(({ at }) => at)).toEqual(edits.map(({ at }) => at).sort((a, b) => a - b))
	})
})

it('suggestions are taken whole, by words and by lines', () => {
	const takings = sessions.flatMap(({ edits }) => edits.flatMap(({ take }) => take ?? []))
	expect(new Set(takings)).toEqual(new Set(['all', 'word', 'line']))
})
