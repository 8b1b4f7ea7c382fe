import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/root.mjs'
import { noSuggestionReasons } from '../../../src/core/completion/outcome.ts'
import type { Session } from '../../bench/recording.ts'
import { parseSessions } from '../../bench/session.ts'
import { finishedTexts, type Key, replayByHand } from './replayByHand.ts'

const fixtures = join(root, 'test', 'fixtures')
const sessions = parseSessions(readFileSync(join(root, 'test', 'bench', 'session.json'), 'utf8'))
/** What is refused by a look at the text: nobody is asked, and nothing that runs is touched. */
const refusedByText = new Set(['midWord', 'textAfterCursor', 'lineTooLong'])

const replays = new Map<string, ReturnType<typeof replayByHand>>()

/** Each once, when it is first looked at. */
function played(session: Session, right: number): ReturnType<typeof replayByHand> {
	const key = `${session.name} ${right}`
	const replayed = replays.get(key) ?? replayByHand(fixtures, session, right)
	replays.set(key, replayed)
	return replayed
}

const cases = sessions.flatMap((session) => [0, 0.6, 1].map((right) => ({ name: session.name, session, right })))

describe.each(cases)('typing the session $name with a model that is right in $right of its answers', (given) => {
	it('gives every keystroke an outcome, and every no a reason', async () => {
		const { keys, finished, errors, left } = await played(given.session, given.right)
		expect(keys.length).toBeGreaterThan(100)
		for (const { outcome } of keys) {
			if (outcome.kind === 'none') expect(noSuggestionReasons).toContain(outcome.reason)
			expect(outcome).not.toMatchObject({ reason: 'internalError' })
		}
		expect(finished).toBe(keys.length)
		expect(errors).toEqual([])
		expect(left).toEqual({ timers: 0, running: 0 })
	})

	it('comes to the text that was meant, whatever was taken', async () => {
		const { texts } = await played(given.session, given.right)
		expect(texts).toEqual(finishedTexts(fixtures, given.session))
	})

	it('suggests nothing that would delete the user’s text, or repeat it', async () => {
		const { keys } = await played(given.session, given.right)
		for (const key of keys) expect(lossOrRepetition(key), JSON.stringify(key.outcome)).toBeUndefined()
	})

	it('never has two requests run at a time', async () => {
		const { overlaps } = await played(given.session, given.right)
		expect(overlaps).toEqual([])
	})

	it('cancels what is being written as soon as something else is typed', async () => {
		const { keys } = await played(given.session, given.right)
		const asking = keys.filter(({ outcome }) => outcome.kind !== 'none' || !refusedByText.has(outcome.reason))
		expect(asking.flatMap(({ runsOn }) => runsOn)).toEqual([])
	})

	it('asks nothing for what is typed along', async () => {
		const { keys } = await played(given.session, given.right)
		const along = keys.filter(({ typedAlong }) => typedAlong)
		expect(along.filter(({ requests }) => requests > 0).map(({ outcome }) => outcome)).toEqual([])
		if (given.right === 1) expect(along.length).toBeGreaterThan(50)
	})
})

it.each(sessions)('of what was meant hardly anything is kept back for its syntax: $name', async (session) => {
	const { keys } = await played(session, 1)
	const broken = keys.filter(({ outcome }) => outcome.kind === 'none' && outcome.reason === 'breaksSyntax')
	expect(broken.length / keys.length).toBeLessThan(0.05)
})

it('a session comes out the same each time', async () => {
	const session = sessions.find(({ name }) => name === 'Go')
	if (!session) throw new Error('no such session')
	const [first, second] = [await played(session, 0.6), await replayByHand(fixtures, session, 0.6)]
	expect(second.keys).toEqual(first.keys)
})

it('with a model that is right all sources of answers are used, and suggestions are taken whole, by words and by lines', async () => {
	const sources = new Set<unknown>()
	const kinds = new Set<string>()
	for (const session of sessions) {
		const { keys } = await played(session, 1)
		for (const { outcome, kind } of keys) {
			sources.add(outcome.source)
			kinds.add(kind)
		}
	}
	expect(sources).toEqual(new Set(['model', 'inFlight', 'typedThrough', 'cache', undefined]))
	expect(kinds).toEqual(new Set(['key', 'all', 'word', 'line']))
})

/** What is wrong with a suggestion; undefined where nothing is. */
function lossOrRepetition({ outcome, text }: Key): string | undefined {
	if (outcome.kind === 'none') return undefined
	const { line, start, end } = outcome.replace
	const lines = text.split('\n')
	const own = lines[line] ?? ''
	if (!isSubsequence(own.slice(start, end), outcome.text)) return 'deletes what it replaces'
	const below = lines.slice(line + 1).find((one) => one.trim() !== '')
	const repeated = outcome.text.split('\n').at(-1)?.trim() ?? ''
	if (/\w{3}/.test(repeated) && repeated === below?.trim() && outcome.text.includes('\n'))
		return 'repeats the line below'
	const pasted = own.slice(0, start) + outcome.text + own.slice(end)
	const behind = own.slice(end).trim()[0] ?? ''
	if (/[)\]}]/.test(behind) && outcome.text.includes(behind) && overClosed(pasted) > overClosed(own))
		return 'closes what is closed behind the cursor'
	return undefined
}

/** Closing brackets that close nothing. */
function overClosed(text: string): number {
	let open = 0
	let over = 0
	for (const character of text) {
		if ('([{'.includes(character)) open++
		else if (')]}'.includes(character)) {
			if (open > 0) open--
			else over++
		}
	}
	return over
}

function isSubsequence(part: string, whole: string): boolean {
	let next = 0
	for (const character of part) {
		next = whole.indexOf(character, next) + 1
		if (next === 0) return false
	}
	return true
}
