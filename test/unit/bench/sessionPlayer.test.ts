import { describe, expect, it } from 'vitest'
import type { Suggestion } from '../../../src/core/completion/outcome.ts'
import type { Taking } from '../../bench/recording.ts'
import { SessionPlayer } from '../../bench/sessionPlayer.ts'
import { recordSession } from '../../bench/typist.ts'

const files = new Map([['a.ts', 'const a = \n']])

function player(take: Taking, or: string): SessionPlayer {
	const actions = [{ goTo: 'const a = ', file: 'a.ts' }, { take, or }, { type: ';' }]
	const session = new SessionPlayer(files, recordSession(files, { actions, seed: 1, likeVsCode: true }))
	session.step(undefined)
	return session
}

function suggestion(text: string, start = 10, end = start): Suggestion {
	const prompt = { prefix: '', suffix: '', typed: '' }
	const asked = { documentId: 'a.ts', prompt, line: 0, answer: text, stopReason: 'endOfText' } as const
	return { kind: 'suggestion', text, replace: { line: 0, start, end }, source: 'model', asked, acted: [], elapsedMs: 1 }
}

function typedToTheEnd(session: SessionPlayer): string | undefined {
	while (session.due !== undefined) session.step(undefined)
	return session.documents.get('a.ts')?.text
}

describe('a suggestion that comes to what would be typed', () => {
	it.each([
		['all', 'f(x, [y])', 'all', 'const a = f(x, [y])\n'],
		['word', 'first + second', 'word', 'const a = first\n'],
		['line', 'first', 'line', 'const a = first\n'],
	] as const)('is taken: %s', (take, text, kind, after) => {
		const session = player(take, text)
		const before = session.due ?? 0
		expect(session.step(suggestion(text)).kind).toBe(kind)
		expect(session.documents.get('a.ts')?.text).toBe(after)
		// What is not typed takes no time.
		expect((session.due ?? 0) - before).toBeLessThan(800)
		expect(typedToTheEnd(session)).toBe(`const a = ${text};\n`)
	})

	it.each([
		['says something else', suggestion('g(y)')],
		['says more', suggestion('f(x) + 1')],
		['is not there', undefined],
	])('is typed where the suggestion %s', (_how, shown) => {
		const session = player('all', 'f(x)')
		expect(session.step(shown).kind).toBe('key')
		expect(typedToTheEnd(session)).toBe('const a = f(x);\n')
	})
})
