import { describe, expect, it, vi } from 'vitest'
import { CancelledError } from '../../../src/shared/errors.ts'
import { patientProgress } from '../../../src/vscode/patientProgress.ts'
import { ManualClock } from '../../fakes/manualClock.ts'

const editor = vi.hoisted(() => ({ shown: [] as string[], steps: [] as string[], open: 0, cancel: () => {} }))

vi.mock('vscode', () => ({
	ProgressLocation: { Notification: 15 },
	window: {
		withProgress: async (
			{ title }: { title: string },
			run: (
				progress: { report(step: { message: string }): void },
				token: { isCancellationRequested: boolean; onCancellationRequested(listener: () => void): { dispose(): void } },
			) => Promise<void>,
		) => {
			editor.shown.push(title)
			editor.open++
			let isCancelled = false
			await run(
				{ report: ({ message }) => editor.steps.push(message) },
				{
					get isCancellationRequested() {
						return isCancelled
					},
					onCancellationRequested: (listener) => {
						editor.cancel = () => {
							isCancelled = true
							listener()
						}
						return { dispose: () => {} }
					},
				},
			)
			editor.open--
		},
	},
}))

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a progress that waits before it is shown', () => {
	it('shows nothing for what is done in a moment', async () => {
		const clock = new ManualClock()
		expect(await patientProgress('quick', clock, async () => 1)).toBe(1)
		expect(editor.shown).toEqual([])
		await expect(patientProgress('bad', clock, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
	})

	it('is shown for what takes longer, long enough that the editor has closed it when it is over', async () => {
		const clock = new ManualClock()
		let finish: (value: string) => void = () => {}
		const work = new Promise<string>((resolve) => {
			finish = resolve
		})
		let isOver = false
		let say: (message: string) => void = () => {}
		const all = patientProgress('slow', clock, (_, report) => {
			say = (message) => report({ message, increment: 1 })
			say('before it is shown')
			return work
		}).then((value) => {
			isOver = true
			return value
		})
		clock.advance(500)
		await turn()
		expect(editor).toMatchObject({ shown: ['slow'], open: 1 })
		say('one of two')
		expect(editor.steps).toEqual(['one of two'])
		finish('done')
		clock.advance(400)
		await turn()
		expect(isOver).toBe(false)
		clock.advance(500)
		expect(await all).toBe('done')
		expect(editor.open).toBe(0)
	})

	it('is cancelled at once', async () => {
		const clock = new ManualClock()
		const all = patientProgress(
			'cancelled',
			clock,
			(token) => new Promise((_, reject) => void token.onCancellationRequested(() => reject(new CancelledError()))),
		)
		const ended = expect(all).rejects.toBeInstanceOf(CancelledError)
		clock.advance(500)
		await turn()
		editor.cancel()
		await ended
		expect(editor.open).toBe(0)
	})
})
