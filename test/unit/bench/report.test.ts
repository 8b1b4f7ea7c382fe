import { expect, it } from 'vitest'
import type { Summary } from '../../../src/cli/bench/statistics.ts'
import { type CompletionFigures, noFigures } from '../../../src/core/model/figures.ts'
import { evaluatedOf, knownTimesOf, shareWithoutInference } from '../../bench/keystrokeFigures.ts'
import type { LatencyResult } from '../../bench/latency.ts'
import type { SessionRow } from '../../bench/measureSessions.ts'
import { orderRows } from '../../bench/positions/silenceRows.ts'
import type { Keystroke } from '../../bench/replay.ts'
import { type BenchResult, renderResults } from '../../bench/report.ts'

const summary: Summary = { count: 3, min: 1, p50: 2.5, p90: 4, p95: 4.5, p99: 5, max: 6 }
const evaluated = { perKeystroke: { ...summary, p50: 0, p90: 70 }, perRequest: { ...summary, p50: 4, p90: 78 } }
const known = { typedThrough: summary, cache: summary, within2Ms: { typedThrough: 0.98, cache: 0.4 } }
const sources = { model: 4, inFlight: 1, typedThrough: 10, cache: 5 }

const variant: LatencyResult = {
	variant: 'a model',
	model: { name: 'm', quantization: 'Q8_0', backend: 'cpu', threads: 2, contextSize: 4_096 },
	draft: 'none',
	shown: summary,
	shownWithoutDebounce: summary,
	modelTime: summary,
	known,
	overhead: summary,
	host: summary,
	medianOfRounds: [1, 2],
	outcomes: { shown: 3 },
	sources,
	evaluated,
	tokens: { reusedShare: 0.9, generatedPerAnswer: 8, draftAcceptance: undefined },
	memory: { engineAfterLoad: 2 ** 20, engineAfterSession: 2 ** 20, hostHeap: 2 ** 20 },
}

const row: SessionRow = {
	session: 'Go',
	variant: 'right in 60 %',
	keystrokes: 700,
	taken: { all: 5, word: 8, line: 3 },
	evaluated,
	readAhead: 900,
	sources,
	sourcesAfterTaking: { cache: 3, model: 1 },
	outcomes: { shown: 600 },
	known,
	host: summary,
}

const machineLoad = { before: 0.1, median: 0.2, max: 0.3 }

const result: BenchResult = {
	name: 'here',
	date: '2026-01-01T00:00:00Z',
	command: 'npm run bench',
	machine: {
		processor: 'A processor',
		cores: 2,
		memoryGb: 16,
		system: 'linux',
		node: '20',
		alcove: '1',
		nodeLlamaCpp: '3',
		commit: 'abc',
	},
	session: { keystrokes: 510, seconds: 100, rounds: 3 },
}

it('the page shows what is known apart, the host alone and the 200,000 lines', () => {
	const page = renderResults([{ ...result, latency: { workspaceLines: 200_000, variants: [variant], machineLoad } }])
	expect(page).toContain('in a workspace of 200000 lines')
	for (const name of ['of that, in the host', 'typed along', 'remembered']) {
		expect(page).toContain(`| ${name} | 3 | 1.00 | 2.50 | 4.50 | 5.00 | 6.00 |`)
	}
	expect(page).toContain('98 % of what was typed along, 40 % of what was remembered')
	expect(page).toContain('per keystroke median 0, 90 % at most 70; per request median 4, 90 % at most 78')
})

it('a result of an older benchmark breaks no page', () => {
	const { known: _known, ...old } = variant
	const latency = { workspaceLines: 1, variants: [old as LatencyResult], machineLoad }
	expect(renderResults([{ ...result, latency }])).toContain('measure again')
})

it('the page shows each session with its tokens, its sources and what was taken', () => {
	const sessions = {
		model: 'm Q8_0',
		rounds: 1,
		workspaceLines: 200_000,
		rows: [row, { ...row, session: 'all sessions' }],
	}
	const page = renderResults([{ ...result, sessions: { ...sessions, machineLoad } }])
	expect(page).toContain('| Go | right in 60 % | 700 | 0 | 70 | 4 | 78 | 80 % | 50 % | 25 % | 5 % | 20 % |')
	expect(page).toContain('| Go | right in 60 % | 5 | 8 | 3 | 75 % | 2.50 | 5.00 | 2.50 | 5.00 | 2.50 | 5.00 |')
	expect(page).toContain('- right in 60 %: shown 600; 900 tokens were read while nobody typed.')
})

it('the page shows the index with medians and spread', () => {
	const seconds = { ...summary, p50: 11, min: 10, max: 13 }
	const bytes = { ...summary, p50: 20 * 2 ** 20, min: 18 * 2 ** 20, max: 21 * 2 ** 20 }
	const index = {
		rows: [
			{
				files: 400,
				lines: 100_000,
				definitions: 9_000,
				coldSeconds: seconds,
				warmSeconds: seconds,
				longestPause: seconds,
				changeMs: seconds,
				memoryBytes: bytes,
				storedBytes: 2 ** 20,
			},
		],
		answers: {
			workspaceLines: 200_000,
			fileLines: 5_000,
			placeOf: summary,
			check: summary,
			collect: summary,
			inTime: 0.9,
		},
	}
	const page = renderResults([{ ...result, index: { ...index, machineLoad } }])
	expect(page).toContain('| 400 | 100000 | 9000 | 3 | 11.0 (10.0 - 13.0) |')
	expect(page).toContain('| 20 MB (18 MB - 21 MB) | 200 MB (180 MB - 210 MB) | 1 MB |')
})

it('without a filter as many are as good as all', () => {
	const features = (mean: number) => Array.from({ length: 40 }, () => mean)
	const about = {
		place: 0,
		repository: 'r',
		half: 'dev',
		path: 'a',
		languageId: 'go',
		kind: 'line',
		kinds: [],
		variant: 'all',
	}
	const answered = [
		{ ...about, truth: 'right one', text: 'right one', features: features(1), isAfterEdits: false },
		{ ...about, truth: 'right one', text: 'zzz', features: features(-1), isAfterEdits: false },
	] as unknown as Parameters<typeof orderRows>[0]
	const chance = orderRows(answered).at(-1)
	expect(chance).toMatchObject({ by: 'no filter: chance', auc: 0.5 })
	expect(chance?.precision.map(({ useful }) => useful)).toEqual([0.5, 0.5, 0.5, 0.5])
})

it('tokens are counted for the key that they were evaluated for, and none where none was asked', () => {
	const figures = (promptTokens: number): CompletionFigures => ({ ...noFigures, promptTokens, reusedTokens: 10 })
	const keystrokes = [0, 1, 2, 3].map(() => ({}) as Keystroke)
	const requests = [
		{ keystroke: 0, figures: figures(30) },
		{ keystroke: 2, figures: figures(12) },
		{ keystroke: 2, figures: figures(15) },
	]
	const { perKeystroke, perRequest } = evaluatedOf([{ keystrokes, requests, readAhead: 0 }])
	expect(perKeystroke).toMatchObject({ count: 4, min: 0, p50: 3.5, max: 20 })
	expect(perRequest).toMatchObject({ count: 3, p50: 5, max: 20 })
	expect(shareWithoutInference({ model: 1, cache: 3 })).toBe(0.75)
	expect(shareWithoutInference({})).toBe(0)
	expect(knownTimesOf([]).within2Ms).toEqual({ typedThrough: 0, cache: 0 })
})
