import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CatalogueFile, CatalogueModel } from '../../../src/core/model/catalogue/catalogue.ts'
import type { DownloadOutcome, DownloadRequest } from '../../../src/core/model/download/modelDownload.ts'
import { AccessTokens } from '../../../src/vscode/models/accessTokens.ts'
import { failureText, progressText } from '../../../src/vscode/models/downloadTexts.ts'
import { arrivalText, ModelDownloads } from '../../../src/vscode/models/modelDownloads.ts'
import { bytesText } from '../../../src/vscode/models/modelTexts.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'
import { english as l10n } from './english.ts'

const editor = vi.hoisted(() => ({
	asked: [] as string[],
	/** The buttons that are pressed, one after the other; then none. */
	answers: [] as (string | undefined)[],
	typed: [] as (string | undefined)[],
}))

vi.mock('vscode', () => {
	const ask = async (message: string, ...rest: unknown[]) => {
		const [options] = rest as { detail?: string }[]
		editor.asked.push([message, ...(options?.detail === undefined ? [] : [options.detail])].join('\n'))
		return editor.answers.shift()
	}
	return {
		l10n: { t: (text: string, ...args: unknown[]) => text.replace(/\{(\d)\}/g, (_, at) => String(args[Number(at)])) },
		ProgressLocation: { Notification: 15 },
		window: {
			showInformationMessage: ask,
			showErrorMessage: ask,
			showInputBox: async () => editor.typed.shift(),
			withProgress: async (_: unknown, work: (report: unknown, token: unknown) => unknown) =>
				work({ report() {} }, { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) }),
		},
	}
})

beforeEach(() => Object.assign(editor, { asked: [], answers: [], typed: [] }))

const file: CatalogueFile = {
	quantization: 'Q4_K_M',
	repository: 'Owner/Coder-GGUF',
	revision: 'main',
	parts: [{ file: 'coder.gguf', aboutBytes: 4_680_000_000, sha256: 'a'.repeat(64) }],
	source: 'https://example.com',
}
const model: CatalogueModel = {
	id: 'coder',
	family: 'Coder',
	title: 'Coder 7B',
	billions: 7.6,
	licence: 'qwen-research',
	restriction: 'nonCommercial',
	uses: ['completion'],
	fim: 'prefixSuffixMiddle',
	contextSize: 4_096,
	tokenizer: 'x',
	tier: 8,
	rank: 1,
	files: [file],
	sources: ['https://example.com'],
}
const order = { model, file }
const done: DownloadOutcome = {
	kind: 'done',
	path: '/m/Owner/Coder-GGUF/coder.gguf',
	bytes: 1,
	sha256: '',
	verifiedBy: 'catalogue',
}

function setUp(outcomes: readonly DownloadOutcome[] = [done]) {
	const requests: DownloadRequest[] = []
	const calls: string[] = []
	const waiting = [...outcomes]
	const logger = new RecordingLogger()
	const downloads = new ModelDownloads({
		download: {
			async download(request) {
				requests.push(request)
				return waiting.shift() ?? done
			},
			async inspect(url) {
				calls.push(`inspect ${url}`)
				return { bytes: 3_000_000 }
			},
			async discard(path) {
				calls.push(`discard ${path}`)
			},
		},
		consent: {
			async allow({ host, port }, purpose) {
				calls.push(`allow ${host}:${port} ${purpose}`)
				return true
			},
			async askToAllow({ host, port }, purpose) {
				calls.push(`ask ${host}:${port} ${purpose}`)
				return true
			},
		},
		tokens: {
			async ask(host) {
				calls.push(`token ${host}`)
				return true
			},
		},
		folder: () => '/m',
		mirror: () => 'https://huggingface.co',
		catalogue: [model],
		logger,
	})
	return { downloads, requests, calls, logger }
}

const failed = (failure: Extract<DownloadOutcome, { kind: 'failed' }>['failure']): DownloadOutcome => ({
	kind: 'failed',
	failure,
})

describe('before a download', () => {
	it('host, size, licence and folder are shown, and nothing is allowed before the user agrees', async () => {
		const { downloads, calls } = setUp()
		expect(await downloads.ask([order])).toBe(false)
		const [said = ''] = editor.asked
		for (const fact of ['huggingface.co', '4.7 GB', 'licence qwen-research', 'not for commercial use', '/m']) {
			expect(said).toContain(fact)
		}
		expect(calls).toEqual([])
	})

	it('the host that was named is allowed for downloads when the user agrees', async () => {
		const { downloads, calls } = setUp()
		editor.answers = ['Download']
		expect(await downloads.ask([order])).toBe(true)
		expect(calls).toEqual(['allow huggingface.co:443 modelDownload'])
	})

	it('by its address a file says its length first', async () => {
		const { downloads, calls, requests } = setUp()
		editor.typed = ['https://example.com/a/b c.gguf'.replace(' ', '%20')]
		editor.answers = ['Download']
		expect(await downloads.fetchByAddress()).toMatchObject({ verifiedBy: 'catalogue' })
		expect(calls).toEqual(['ask example.com:443 modelDownload', 'inspect https://example.com/a/b%20c.gguf'])
		expect(editor.asked[0]).toContain('Size: 3 MB')
		expect(requests).toEqual([{ url: 'https://example.com/a/b%20c.gguf', path: '/m/example.com/a/b_20c.gguf' }])
	})

	it.each(['ftp://example.com/m.gguf', 'https://user:secret@example.com/m.gguf', 'https://example.com/m.exe'])(
		'%s is no address',
		async (typed) => {
			const { downloads, calls } = setUp()
			editor.typed = [typed]
			expect(await downloads.fetchByAddress()).toBe('notNow')
			expect(calls).toEqual([])
		},
	)
})

describe('a file named by its address', () => {
	it.each([
		['https://example.com/../../../etc/m.gguf', '/m/example.com/_/_/_/etc/m.gguf'],
		['https://example.com//a//m.gguf', '/m/example.com/_/a/_/m.gguf'],
		['https://[fd00::5]:8443/m.gguf', '/m/fd00_5/m.gguf'],
	])('%s stays below the folder of downloads', async (typed, path) => {
		const { downloads, requests } = setUp()
		editor.typed = [typed]
		editor.answers = ['Download']
		await downloads.fetchByAddress()
		expect(requests.map((request) => request.path)).toEqual([path])
	})

	it('that is there already is not fetched again, and said to be there', async () => {
		const { downloads } = setUp([failed({ reason: 'exists' })])
		expect(await downloads.fetch(order)).toEqual({ path: '/m/Owner/Coder-GGUF/coder.gguf', verifiedBy: undefined })
		expect(arrivalText('Coder', undefined)).toBe('Alcove: Coder is on this machine already.')
	})
})

describe('a download', () => {
	it('asks for what the catalogue says', async () => {
		const { downloads, requests } = setUp()
		expect(await downloads.fetch(order)).toEqual({ path: '/m/Owner/Coder-GGUF/coder.gguf', verifiedBy: 'catalogue' })
		expect(requests).toEqual([
			{
				url: 'https://huggingface.co/Owner/Coder-GGUF/resolve/main/coder.gguf',
				path: '/m/Owner/Coder-GGUF/coder.gguf',
				licence: 'qwen-research',
				sha256: 'a'.repeat(64),
			},
		])
	})

	it('that is sent to another host goes on when the user allows that host', async () => {
		const refused = failed({
			reason: 'refused',
			host: 'cdn.example.com',
			port: 443,
			why: 'notAllowed',
			isRedirect: true,
		})
		const { downloads, calls, requests } = setUp([refused, done])
		expect(await downloads.fetch(order)).toMatchObject({ verifiedBy: 'catalogue' })
		expect(calls).toEqual(['ask cdn.example.com:443 modelDownload'])
		expect(requests).toHaveLength(2)
	})

	it('that needs a token asks for one, for that host', async () => {
		const gated = failed({ reason: 'needsToken', host: 'huggingface.co', hadToken: false })
		const { downloads, calls } = setUp([gated, done])
		editor.answers = ['Enter Token…']
		expect(await downloads.fetch(order)).toMatchObject({ verifiedBy: 'catalogue' })
		expect(calls).toEqual(['token huggingface.co'])
	})

	it('that fails says why, and is tried again only when the user says so', async () => {
		const cut = failed({ reason: 'network', failure: 'cut', detail: '' })
		const { downloads, requests, logger } = setUp([cut, cut])
		editor.answers = ['Try Again']
		expect(await downloads.fetch(order)).toBe('notNow')
		expect(requests).toHaveLength(2)
		expect(editor.asked[0]).toContain('Coder 7B Q4_K_M was not downloaded. The connection was cut again and again.')
		expect(JSON.stringify(logger.lines)).not.toContain('huggingface.co/Owner')
	})

	it('that is paused is resumed or discarded', async () => {
		const paused: DownloadOutcome = { kind: 'paused', doneBytes: 1, totalBytes: 2 }
		const first = setUp([paused, done])
		editor.answers = ['Resume']
		expect(await first.downloads.fetch(order)).toMatchObject({ verifiedBy: 'catalogue' })
		const second = setUp([paused])
		editor.answers = ['Discard']
		expect(await second.downloads.fetch(order)).toBe('notNow')
		expect(second.calls).toEqual(['discard /m/Owner/Coder-GGUF/coder.gguf'])
	})

	it('goes on later with what the catalogue says of it', async () => {
		const { downloads, requests } = setUp()
		const url = 'https://huggingface.co/Owner/Coder-GGUF/resolve/main/coder.gguf'
		await downloads.resume({ url, path: '/m/coder.gguf', doneBytes: 1, totalBytes: 2 })
		expect(requests).toEqual([{ url, path: '/m/coder.gguf', licence: 'qwen-research', sha256: 'a'.repeat(64) }])
	})
})

describe('an access token', () => {
	it('is kept for its host alone, and forgotten when it is emptied', async () => {
		const kept = new Map<string, string>()
		const tokens = new AccessTokens({
			get: async (key) => kept.get(key),
			store: async (key, value) => void kept.set(key, value),
			delete: async (key) => void kept.delete(key),
		})
		editor.typed = [' hf_secret ']
		expect(await tokens.ask('huggingface.co')).toBe(true)
		expect(await tokens.get('huggingface.co')).toBe('hf_secret')
		expect(await tokens.get('example.com')).toBeUndefined()
		editor.typed = [undefined, '']
		expect(await tokens.ask('huggingface.co')).toBe(false)
		expect(kept.size).toBe(1)
		await tokens.ask('huggingface.co')
		expect(kept.size).toBe(0)
	})
})

describe('texts', () => {
	it('say lengths as people do', () => {
		expect([3_000, 531e6, 4.68e9, 18_556_689_568, 120e9].map(bytesText)).toEqual([
			'3 kB',
			'531 MB',
			'4.7 GB',
			'18.6 GB',
			'120 GB',
		])
	})

	it('say how a download goes on', () => {
		const progress = { doneBytes: 1e9, totalBytes: 4e9, bytesPerSecond: 10e6, secondsLeft: 300 }
		expect(progressText(l10n, progress)).toBe('1.0 GB of 4.0 GB, 10 MB a second, 5 min left')
		expect(progressText(l10n, { ...progress, bytesPerSecond: undefined })).toBe('1.0 GB of 4.0 GB')
	})

	it('say both numbers where a disk is full', () => {
		const text = failureText(l10n, { reason: 'diskFull', neededBytes: 5e9, freeBytes: 1e9 })
		expect(text).toBe('The disk has 1.0 GB free, and 5.0 GB are needed.')
	})
})
