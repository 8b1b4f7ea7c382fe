import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Summary } from '../../src/cli/bench/statistics.ts'
import type { ModelSpec } from '../../src/core/model/engineControl.ts'
import { defaultSettings } from '../../src/core/settings.ts'
import { starterModelFiles } from '../../src/node/modelFiles.ts'
import { cpuOptions } from '../fakes/engineOptions.ts'
import { oneModel } from '../oneModel.ts'
import { codeThreadOf, indexed } from './codeThreadOf.ts'
import { makeCodeWorkspace } from './codeWorkspace.ts'
import {
	countOutcomes,
	countSources,
	type EvaluatedTokens,
	evaluatedOf,
	hostTimesOf,
	isShown,
	type KnownTimes,
	knownTimesOf,
	type Sources,
} from './keystrokeFigures.ts'
import { ready, workspaceLines } from './latency.ts'
import type { Session, Taking } from './recording.ts'
import { type Replay, replay } from './replay.ts'
import { readSessionFiles } from './session.ts'

export interface SessionsInput {
	/** Absolute path of the engine's script. */
	readonly engineEntry: string
	readonly root: string
	/** Of the packed extension. */
	readonly extensionRoot: string
	readonly sessions: readonly Session[]
	readonly rounds: number
	/** Shares of right answers; each is a variant beside the model's own answers. */
	readonly shares: readonly number[]
	/** Absolute path of a model to measure instead of the starter model. */
	readonly modelPath?: string | undefined
}

/** A session, or all of them together, with one variant. */
export interface SessionRow {
	readonly session: string
	readonly variant: string
	/** All rounds together; suggestions that were taken count, too. */
	readonly keystrokes: number
	readonly taken: Readonly<Record<Taking, number>>
	readonly evaluated: EvaluatedTokens
	/** Prompt tokens that were read while nobody typed. */
	readonly readAhead: number
	readonly sources: Sources
	/** Of what was asked right after something was taken. */
	readonly sourcesAfterTaking: Sources
	readonly outcomes: Readonly<Record<string, number>>
	readonly known: KnownTimes
	readonly host: Summary | undefined
}

export interface SessionsResult {
	readonly model: string
	readonly rounds: number
	readonly workspaceLines: number
	readonly rows: readonly SessionRow[]
}

/** Plays all sessions with the model's own answers and with those of oracles, in turn, in one workspace. */
export async function measureSessions(input: SessionsInput): Promise<SessionsResult> {
	const folder = mkdtempSync(join(tmpdir(), 'alcove-sessions-'))
	const code = codeThreadOf(input.root, input.extensionRoot)
	try {
		const workspace = makeCodeWorkspace(input.root, join(folder, 'workspace'), workspaceLines)
		cpSync(join(fixturesIn(input.root), 'sessions'), join(workspace.folder, 'sessions'), { recursive: true })
		await indexed(code, workspace.folder, join(folder, 'symbols.bin'))
		const played = new Played()
		let model = ''
		for (let round = 1; round <= input.rounds; round++) {
			for (const right of [undefined, ...input.shares]) {
				const variant = right === undefined ? 'the model’s own answers' : `right in ${Math.round(right * 100)} %`
				for (const session of input.sessions) {
					console.log(`  round ${round} of ${input.rounds}, ${session.name}, ${variant}`)
					const place = session.folder === 'sampleProject' ? '' : session.folder
					const inFolder = { code, folder: join(workspace.folder, place) }
					const { name, replayed } = await play(input, session, inFolder, right)
					model = name
					played.add(session.name, variant, replayed)
				}
			}
		}
		return { model, rounds: input.rounds, workspaceLines: workspace.lines, rows: played.rows() }
	} finally {
		code.dispose()
		rmSync(folder, { recursive: true, force: true })
	}
}

export function fixturesIn(root: string): string {
	return join(root, 'test', 'fixtures')
}

/** With a fresh engine: nothing is known of the session before. */
async function play(
	{ engineEntry, root, modelPath }: SessionsInput,
	session: Session,
	workspace: Parameters<typeof replay>[0]['workspace'],
	right: number | undefined,
): Promise<{ readonly name: string; readonly replayed: Replay }> {
	const contextSize = defaultSettings['engine.contextSize']
	const spec: ModelSpec = modelPath
		? { origin: 'user', path: modelPath, contextSize }
		: { origin: 'starter', ...starterModelFiles(root), contextSize }
	const options = { ...cpuOptions, gpu: defaultSettings['engine.gpu'] }
	const model = oneModel(spec, { entryPath: engineEntry, options })
	try {
		const { name, quantization } = await ready(model)
		const files = readSessionFiles(fixturesIn(root), session)
		const replayed = await replay({ model, files, recording: session, workspace, right })
		return { name: `${name} ${quantization}`, replayed }
	} finally {
		model.dispose()
	}
}

/** All replays by session and variant. */
class Played {
	private readonly replays = new Map<string, { session: string; variant: string; replays: Replay[] }>()

	add(session: string, variant: string, replayed: Replay): void {
		for (const name of [session, 'all sessions']) {
			const key = `${name}\n${variant}`
			const entry = this.replays.get(key) ?? { session: name, variant, replays: [] }
			entry.replays.push(replayed)
			this.replays.set(key, entry)
		}
	}

	rows(): SessionRow[] {
		return [...this.replays.values()].map(({ session, variant, replays }) => ({
			session,
			variant,
			...sessionFigures(replays),
		}))
	}
}

function sessionFigures(replays: readonly Replay[]): Omit<SessionRow, 'session' | 'variant'> {
	const keystrokes = replays.flatMap((each) => each.keystrokes)
	const shown = keystrokes.filter(isShown)
	const count = (taking: Taking) => keystrokes.filter(({ kind }) => kind === taking).length
	return {
		keystrokes: keystrokes.length,
		taken: { all: count('all'), word: count('word'), line: count('line') },
		evaluated: evaluatedOf(replays),
		readAhead: replays.reduce((sum, { readAhead }) => sum + readAhead, 0),
		sources: countSources(keystrokes),
		sourcesAfterTaking: countSources(keystrokes.filter(({ kind }) => kind !== 'key')),
		outcomes: countOutcomes(keystrokes),
		known: knownTimesOf(shown),
		host: hostTimesOf(shown),
	}
}
