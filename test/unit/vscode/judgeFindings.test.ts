import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { SecurityAnalyzer } from '../../../src/core/security/securityPorts.ts'
import { FindingsBook } from '../../../src/core/security/session/findingsBook.ts'
import { CancellationSource, neverCancelled } from '../../../src/shared/cancellation.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { judgeFindings } from '../../../src/vscode/security/judgeFindings.ts'
import type { SecuritySession } from '../../../src/vscode/security/securitySession.ts'
import { FakeChatModel, type FakeChatOptions } from '../../fakes/fakeChatModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { testParser } from '../../parseForTest.ts'
import { findingIn } from '../core/security/triage/findingIn.ts'

const editor = vi.hoisted(() => ({
	told: [] as string[],
	titles: [] as string[],
	token: undefined as unknown,
	steps: [] as string[],
	files: {} as Record<string, string>,
}))

vi.mock('vscode', () => ({
	l10n: {
		t: (text: string, ...args: unknown[]) => text.replace(/\{(\d)\}/g, (_, at: string) => String(args[Number(at)])),
	},
	Uri: {
		parse: (text: string) => text,
		file: (text: string) => text,
		joinPath: (...parts: string[]) => parts.join('/'),
	},
	commands: { executeCommand: async () => {} },
	workspace: {
		isTrusted: true,
		textDocuments: [],
		fs: {
			readFile: async (uri: string) => {
				const text = editor.files[uri.replace('/w/', '')]
				if (text === undefined) throw new Error('no such file')
				return new TextEncoder().encode(text)
			},
		},
	},
	window: {
		showInformationMessage: async (text: string) => void editor.told.push(text),
		showWarningMessage: async (text: string) => void editor.told.push(text),
	},
}))

vi.mock('../../../src/vscode/patientProgress.ts', () => ({
	patientProgress: (
		title: string,
		_: unknown,
		work: (token: unknown, report: (step: { message: string }) => void) => unknown,
	) => {
		editor.titles.push(title)
		return work(editor.token, ({ message }) => editor.steps.push(message))
	},
}))

const parser = testParser()
const files = {
	'a.js': 'function f(req) {\n\tconst id = Number(req.query.id)\n\tdb.query("SELECT " + id)\n}\n',
	'b.js': 'function g(req) {\n\tdb.query(req.query.name)\n}\n',
}
const number = findingIn(files, ['a.js: req.query.id', 'a.js: db.query("SELECT " + id)'], {
	fingerprint: 'a'.repeat(32),
})
const name = findingIn(files, ['b.js: req.query.name', 'b.js: db.query(req.query.name)'], {
	fingerprint: 'b'.repeat(32),
})

const surelySafe = {
	text: JSON.stringify({ evidence: ['Number(req.query.id)'], reason: 'It is a number.', verdict: 'safe' }),
	verdict: { vulnerable: 0.01, safe: 0.98, unsure: 0.01 },
}

interface Given {
	readonly chat?: FakeChatOptions
	readonly triage?: 'off' | 'onDemand'
	readonly undeniable?: readonly string[]
}

function setUp({ chat = { say: () => surelySafe }, triage = 'onDemand', undeniable = [] }: Given = {}) {
	const book = new FindingsBook((_, file) => `/w/${file}`)
	for (const found of [number, name])
		book.put({ documentId: `/w/${found.file}`, root: '/w', found: { file: found.file, findings: [found], gaps: [] } })
	const model = new FakeChatModel(chat)
	const analyzer: Pick<SecurityAnalyzer, 'parseText' | 'undeniableRules'> = {
		parseText: ({ text }) => parser.parse('javascript', text),
		undeniableRules: async () => new Set(undeniable),
	}
	const session = {
		book,
		switches: () => ({ rulesOff: [], isTrusted: true, mostBytes: 1_000 }),
		deps: {
			...{ analyzer, chat: model, clock: new ManualClock(), logger: silentLogger },
			settings: { current: { 'security.triage': triage, 'security.triageSeconds': 60 } },
		},
	} as unknown as SecuritySession
	const all = () => book.all.flatMap(({ findings }) => findings)
	const kinds = () => all().map(({ mark }) => mark?.kind)
	return { session, model, book, all, kinds }
}

beforeEach(() => {
	Object.assign(editor, { told: [], titles: [], steps: [], token: neverCancelled, files: { ...files } })
})

describe('judging findings in the editor', () => {
	it('keeps each verdict with its finding, and no finding goes', async () => {
		const { session, model, all, kinds } = setUp()
		await judgeFindings(session, all())
		// What the second answer quotes is not in the second file.
		expect(kinds()).toEqual(['dismissed', 'void'])
		expect(all().map(({ finding }) => finding)).toEqual([number, name])
		expect(new Set(model.requests.map(({ purpose }) => purpose))).toEqual(new Set(['triage']))
		expect(editor.steps).toEqual(['1 of 2', '2 of 2'])
		expect(editor.told).toEqual(['Judged: 2. Safe: 1. Without a verdict: 1.'])
	})

	it('asks about one finding where one is meant', async () => {
		const { session, all, kinds } = setUp()
		await judgeFindings(session, all().slice(0, 1))
		expect(kinds()).toEqual(['dismissed', undefined])
	})

	it('says that it is off, and that there is nothing', async () => {
		const off = setUp({ triage: 'off' })
		await judgeFindings(off.session, off.all())
		const { session } = setUp()
		await judgeFindings(session, [])
		expect(editor.told).toEqual([expect.stringContaining('It is off'), expect.stringContaining('no findings to judge')])
		expect(off.model.requests).toEqual([])
		expect(editor.titles).toEqual([])
	})

	it.each([
		[{ model: { parameters: 2_400_000 } }, 'fake is too small to judge findings'],
		[{ isBroken: true }, 'does not exist'],
	])('says why no model can: %j', async (chat, message) => {
		const { session, all, kinds } = setUp({ chat })
		await judgeFindings(session, all())
		expect(kinds()).toEqual([undefined, undefined])
		expect(editor.told).toEqual([expect.stringContaining(message)])
	})

	it('asks nothing where the rule decides', async () => {
		const { session, all, model } = setUp({ undeniable: [number.ruleId] })
		await judgeFindings(session, all())
		expect(model.requests).toEqual([])
		expect(editor.told).toEqual([expect.stringContaining('rules alone decide')])
	})

	it('keeps what was said until it is cancelled', async () => {
		const source = new CancellationSource()
		editor.token = source.token
		const { session, all, kinds } = setUp({
			chat: {
				say: (_, at) => {
					if (at === 2) source.cancel()
					return surelySafe
				},
			},
		})
		await judgeFindings(session, all())
		expect(kinds()).toEqual(['dismissed', undefined])
		expect(editor.told).toEqual(['Judged: 1. Safe: 1. Not reached in time: 1.'])
	})

	it('drops a verdict on code that was changed meanwhile, and asks nothing about changed code', async () => {
		const { session, book, all, kinds, model } = setUp({
			chat: {
				say: () => {
					const range = { startLine: 2, startCharacter: 0, endLine: 2, endCharacter: 0 }
					book.edit('/w/a.js', [{ range, text: 'x\n' }])
					return surelySafe
				},
			},
		})
		await judgeFindings(session, all().slice(0, 1))
		expect(kinds()).toEqual([undefined, undefined])
		const asked = model.requests.length
		await judgeFindings(session, all().slice(0, 1))
		expect(model.requests).toHaveLength(asked)
	})

	it('judges none whose file is gone', async () => {
		editor.files = {}
		const { session, all, kinds } = setUp()
		await judgeFindings(session, all())
		expect(kinds()).toEqual([undefined, undefined])
		expect(editor.told).toEqual(['Judged: 0. Not for the model to judge: 2.'])
	})
})
