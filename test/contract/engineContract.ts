import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EngineProcess } from '../../src/node/engine/engineProcess.ts'
import { type EngineArguments, protocolVersion } from '../../src/protocol/engine.ts'
import type { EngineError } from '../../src/protocol/engineErrors.ts'
import { CancellationSource } from '../../src/shared/cancellation.ts'
import { completion, failureOf, stream, useEnginesUnderTest } from './engineUnderTest.ts'

/** What every engine keeps to, whatever it computes with. `start` starts a new one. */
export function engineContract(name: string, start: () => EngineProcess): void {
	describe(name, () => {
		const { files, connect, initialized, loaded } = useEnginesUnderTest(start)

		describe('handshake', () => {
			it('answers with the protocol version, its process and the version of its library', async () => {
				const { client } = connect()
				const info = await client.request('initialize', { protocolVersion, gpu: 'off' })
				expect(info.protocolVersion).toBe(protocolVersion)
				expect(info.pid).toBeGreaterThan(0)
				expect(info.libraryVersion).not.toBe('')
			})

			it('refuses another protocol version', async () => {
				const { client } = connect()
				const refused = client.request('initialize', { protocolVersion: protocolVersion + 1, gpu: 'off' })
				expect((await failureOf(refused)).code).toBe('versionMismatch')
			})

			it('comes first: other requests are refused before it', async () => {
				const { client } = connect()
				expect((await failureOf(client.request('ping', {}))).code).toBe('invalidRequest')
				const load = client.request('loadModel', { path: files.model, contextSize: 1_024 })
				expect((await failureOf(load)).code).toBe('invalidRequest')
				expect((await failureOf(client.request('complete', completion()))).code).toBe('invalidRequest')
			})
		})

		describe('load', () => {
			it('describes the model, after a progress that rises to 1', async () => {
				const { client } = await initialized()
				const fractions: number[] = []
				const summary = await client.request(
					'loadModel',
					{ path: files.model, contextSize: 1_024 },
					{ onProgress: ({ fraction }) => fractions.push(fraction) },
				)
				expect(fractions.length).toBeGreaterThan(0)
				expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
				expect(fractions.at(-1)).toBe(1)
				expect(summary).toMatchObject({ path: files.model, contextSize: 1_024, draft: { none: 'notConfigured' } })
				expect(summary.name).not.toBe('')
				expect(summary.backend).toBe('cpu')
			})

			it('says that a file is missing, and can then load another', async () => {
				const { client } = await initialized()
				const missing = join(files.folder, 'nothing-here.gguf')
				const load = client.request('loadModel', { path: missing, contextSize: 1_024 })
				expect(await failureOf(load)).toMatchObject({ code: 'modelMissing', file: missing })
				const summary = await client.request('loadModel', { path: files.model, contextSize: 1_024 })
				expect(summary.path).toBe(files.model)
			})

			it('says that a file is no GGUF', async () => {
				const { client } = await initialized()
				const text = join(files.folder, 'notes.gguf')
				writeFileSync(text, 'not a model at all\n'.repeat(100))
				const load = client.request('loadModel', { path: text, contextSize: 1_024 })
				expect(await failureOf(load)).toMatchObject({ code: 'modelNotGguf', file: text })
			})

			it('answers a ping before it is done', async () => {
				const { client } = await initialized()
				const order: string[] = []
				const load = client
					.request('loadModel', { path: files.model, contextSize: 1_024 })
					.then(() => order.push('load'))
				const { rssBytes } = await client.request('ping', {})
				order.push('ping')
				await load
				expect(order).toEqual(['ping', 'load'])
				expect(rssBytes).toBeGreaterThan(1_000_000)
			})

			it('answers the same again when the model is loaded', async () => {
				const { client, summary } = await loaded()
				expect(await client.request('loadModel', { path: files.model, contextSize: 1_024 })).toEqual(summary)
			})
		})

		describe('complete', () => {
			it('needs a model', async () => {
				const { client } = await initialized()
				expect((await failureOf(client.request('complete', completion()))).code).toBe('modelNotLoaded')
			})

			it('streams what the answer consists of, up to the limit of tokens', async () => {
				const { client } = await loaded()
				const { answer, pieces } = await stream(client, 'complete', completion())
				expect(answer.stopReason).toBe('maxTokens')
				expect(pieces.length).toBeGreaterThan(1)
				expect(pieces.join('')).toBe(answer.text)
				expect(answer.text).not.toContain('<|')
				expect(answer.stats.promptTokens).toBeGreaterThan(0)
				expect(answer.stats.totalMs).toBeGreaterThanOrEqual(answer.stats.firstTokenMs)
			})

			it('ends before a stop text, wherever the pieces are cut', async () => {
				const { client } = await loaded()
				const whole = (await stream(client, 'complete', completion())).answer.text
				for (const at of [1, Math.floor(whole.length / 2), whole.length - 5]) {
					const stop = whole.slice(at, at + 5)
					const expected = whole.slice(0, whole.indexOf(stop))
					const { answer, pieces } = await stream(client, 'complete', completion({ stop: ['\u0000never', stop] }))
					expect(answer).toMatchObject({ text: expected, stopReason: 'stopText' })
					expect(pieces.join('')).toBe(expected)
				}
			})

			it('serves two at once, each with its own text', async () => {
				const { client } = await loaded()
				const [long, short] = await Promise.all([
					stream(client, 'complete', completion()),
					stream(client, 'complete', completion({ prefix: 'import ', maxTokens: 5 })),
				])
				expect(long.pieces.join('')).toBe(long.answer.text)
				expect(short.pieces.join('')).toBe(short.answer.text)
				expect(short.answer.text.length).toBeLessThan(long.answer.text.length)
			})

			it('ends when it is cancelled, with what there is', async () => {
				const { client } = await loaded()
				const source = new CancellationSource()
				const pieces: string[] = []
				const answer = await client.request('complete', completion({ maxTokens: 900 }), {
					token: source.token,
					onProgress: ({ text }) => {
						pieces.push(text)
						source.cancel()
					},
				})
				expect(answer.stopReason).toBe('cancelled')
				expect(answer.text).toBe(pieces.join(''))
				const { answer: next } = await stream(client, 'complete', completion())
				expect(next.stopReason).toBe('maxTokens')
			})

			it('does not compute what was cancelled before it began', async () => {
				const { client } = await loaded()
				const source = new CancellationSource()
				source.cancel()
				const request = client.request('complete', completion({ maxTokens: 900 }), { token: source.token })
				expect((await request).stopReason).toBe('cancelled')
			})
		})

		it('refuses bad parameters, whatever is wrong with them, and goes on', async () => {
			const { client } = await initialized()
			const bad: Record<string, unknown> = {
				'no tokens': { ...completion(), maxTokens: 0 },
				'a fraction of a token': { ...completion(), maxTokens: 1.5 },
				'no prefix': { suffix: '', maxTokens: 5, stop: [] },
				'a prefix that is no text': { ...completion(), prefix: 5 },
				'an empty stop text': completion({ stop: [''] }),
				'too many stop texts': completion({ stop: Array(17).fill(';') }),
				'a text without end': completion({ prefix: 'x'.repeat(1_000_001) }),
				'a list': [completion()],
				nothing: null,
			}
			for (const [what, params] of Object.entries(bad)) {
				const refused = client.request('complete', params as EngineArguments<'complete'>)
				expect((await failureOf(refused)).code, what).toBe('invalidRequest')
			}
			const load = client.request('loadModel', { path: 'relative.gguf', contextSize: 64 })
			expect((await failureOf(load)).code).toBe('invalidRequest')
			expect(await client.request('ping', {})).toHaveProperty('rssBytes')
		})

		it('ends by itself with code 0 after shutdown, also in the middle of a request', async () => {
			const { client, process } = await loaded()
			const running = client.request('complete', completion({ maxTokens: 900 }), { onProgress: () => {} }).then(
				({ stopReason }) => stopReason,
				(error: EngineError) => error.data.code,
			)
			client.request('shutdown', {}).catch(() => {})
			expect(await process.exited).toMatchObject({ code: 0, signal: null })
			client.close()
			expect(['cancelled', 'engineStopped']).toContain(await running)
		})
	})
}
