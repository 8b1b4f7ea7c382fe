import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { AllowedDestination } from '../../../src/core/privacy/egressPolicy.ts'
import type { SettingComplaint } from '../../../src/core/settings.ts'
import { DestinationConsent } from '../../../src/vscode/privacy/destinationConsent.ts'
import type { SettingsStore } from '../../../src/vscode/settings/settingsStore.ts'
import { RecordingLogger } from '../../fakes/recordingLogger.ts'

const editor = vi.hoisted(() => ({
	asked: [] as string[],
	answer: undefined as string | undefined,
	typed: undefined as string | undefined,
	picked: undefined as readonly number[] | undefined,
}))

vi.mock('vscode', () => ({
	l10n: { t: (text: string, ...args: unknown[]) => text.replace(/\{(\d)\}/g, (_, at) => String(args[Number(at)])) },
	window: {
		showWarningMessage: async (message: string, options: { modal: boolean; detail: string }) => {
			editor.asked.push(`${options.modal} ${message} ${options.detail}`)
			return editor.answer
		},
		showErrorMessage: async (message: string) => editor.asked.push(message),
		showInformationMessage: async () => undefined,
		showInputBox: async () => editor.typed,
		showQuickPick: async (items: readonly unknown[]) => editor.picked?.map((at) => items[at]),
	},
}))

beforeEach(() => Object.assign(editor, { asked: [], answer: undefined, typed: undefined, picked: undefined }))

function consent(allowed: readonly AllowedDestination[] = [], complaints: readonly SettingComplaint[] = []) {
	const current = { 'privacy.allowedDestinations': allowed }
	const settings = {
		current,
		complaints,
		setAllowedDestinations: async (wanted: readonly AllowedDestination[]) => {
			current['privacy.allowedDestinations'] = wanted
		},
	} as unknown as SettingsStore
	const logger = new RecordingLogger()
	return { current, logger, consent: new DestinationConsent(settings, logger) }
}

const destination = { scheme: 'https', host: 'a.example', port: 443 } as const

describe('the consent to a destination', () => {
	it('is asked for with host and purpose, and kept where it is given', async () => {
		const { consent: asks, current, logger } = consent()
		editor.answer = 'Allow'
		expect(await asks.askToAllow(destination, 'modelDownload')).toBe(true)
		expect(editor.asked).toEqual([
			expect.stringMatching(/^true .*a\.example:443.*downloading models.*none of your code/s),
		])
		expect(current['privacy.allowedDestinations']).toEqual([
			{ host: 'a.example', port: 443, purposes: ['modelDownload'] },
		])
		expect(logger.events()).toEqual(['egress.allowed'])
		expect(await asks.askToAllow(destination, 'modelDownload')).toBe(true)
		expect(editor.asked).toHaveLength(1)
	})

	it('is none where the question is closed', async () => {
		const { consent: asks, current } = consent()
		expect(await asks.askToAllow(destination, 'chat')).toBe(false)
		expect(current['privacy.allowedDestinations']).toEqual([])
	})

	it('is not asked for where what is sent could be read on the way, or the setting has a mistake in it', async () => {
		editor.answer = 'Allow'
		expect(await consent().consent.askToAllow({ ...destination, scheme: 'http' }, 'chat')).toBe(false)
		const complaint = { key: 'privacy.allowedDestinations', reason: 'malformed', expected: '' } as const
		const { consent: asks, current } = consent([], [complaint])
		expect(await asks.askToAllow(destination, 'chat')).toBe(false)
		expect(current['privacy.allowedDestinations']).toEqual([])
		expect(editor.asked).toEqual([expect.stringContaining('https://'), expect.stringContaining('correct the setting')])
	})

	it('needs none for this machine', async () => {
		const here = { scheme: 'http', host: '127.0.0.1', port: 80 } as const
		expect(await consent().consent.askToAllow(here, 'chat')).toBe(true)
		expect(editor.asked).toEqual([])
	})

	it('can be given by hand, and taken back', async () => {
		const { consent: asks, current } = consent()
		Object.assign(editor, { typed: '10.0.0.5:8080', picked: [1, 2], answer: 'Allow' })
		await asks.allowByHand()
		expect(current['privacy.allowedDestinations']).toEqual([
			{ host: '10.0.0.5', port: 8080, purposes: ['completion', 'chat'] },
		])
		await asks.forgetAll()
		expect(current['privacy.allowedDestinations']).toEqual([])
	})
})
