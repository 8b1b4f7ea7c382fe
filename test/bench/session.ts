import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Session, SessionFile } from './recording.ts'
import { goActions } from './sessions/go.ts'
import { pythonActions } from './sessions/python.ts'
import { rustActions } from './sessions/rust.ts'
import { sampleProjectActions } from './sessions/sampleProject.ts'
import { typescriptActions } from './sessions/typescript.ts'
import { recordSession, type Script } from './typist.ts'

interface ScriptedSession extends Script, Pick<Session, 'name' | 'folder'> {
	readonly files: readonly string[]
}

const folder = 'sessions'

/** The first one is as it was before there were others, so that what is measured with it can be compared with older results. */
const scripts: readonly ScriptedSession[] = [
	{
		name: 'Sample project',
		folder: 'sampleProject',
		files: ['src/beds.ts', 'src/weather.js', 'tools/harvest.py'],
		actions: sampleProjectActions,
		seed: 7,
		likeVsCode: false,
	},
	{
		name: 'TypeScript',
		folder,
		files: ['orders.ts', 'money.ts'],
		actions: typescriptActions,
		seed: 8,
		likeVsCode: true,
	},
	{ name: 'Python', folder, files: ['inventory.py'], actions: pythonActions, seed: 9, likeVsCode: true },
	{ name: 'Go', folder, files: ['limiter.go'], actions: goActions, seed: 10, likeVsCode: true },
	{ name: 'Rust', folder, files: ['tokens.rs'], actions: rustActions, seed: 12, likeVsCode: true },
]

/** The files of a session as they are when it begins. @param fixtures absolute path */
export function readSessionFiles(fixtures: string, { folder, edits }: Session): ReadonlyMap<string, string> {
	return readFiles(join(fixtures, folder), [...new Set(edits.map(({ file }) => file))])
}

/** @param fixtures absolute path */
export function makeSessions(fixtures: string): SessionFile {
	const sessions = scripts.map(({ name, folder, files, ...script }) => {
		const { edits } = recordSession(readFiles(join(fixtures, folder), files), script)
		return { name, folder, edits }
	})
	return { version: 2, sessions }
}

/** One edit a line, so that a change of a session can be read in a diff. */
export function renderSessions({ version, sessions }: SessionFile): string {
	const rendered = sessions.map(({ name, folder, edits }) => {
		const lines = edits.map((edit) => `    ${JSON.stringify(edit)}`).join(',\n')
		return `  { "name": ${JSON.stringify(name)}, "folder": ${JSON.stringify(folder)}, "edits": [\n${lines}\n  ] }`
	})
	return `{ "version": ${version}, "sessions": [\n${rendered.join(',\n')}\n] }\n`
}

/** @throws where it is of another version */
export function parseSessions(text: string): readonly Session[] {
	const { version, sessions }: SessionFile = JSON.parse(text)
	if (version !== 2) throw new Error(`test/bench/session.json has version ${version}; record it anew`)
	return sessions
}

function readFiles(folder: string, files: readonly string[]): ReadonlyMap<string, string> {
	return new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n')]))
}
