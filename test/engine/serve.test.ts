import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { starter, temporaryFolder, writeTalkativeModel } from '../engineFiles.ts'

// The program itself, as a person starts it, with the starter model.

const program = join(import.meta.dirname, '..', '..', 'dist', 'cli.cjs')
const folder = temporaryFolder()
const tokenFile = join(folder, 'token')
const started: ChildProcess[] = []

afterEach(() => {
	for (const child of started.splice(0)) child.kill('SIGKILL')
})

function start(args: readonly string[], environment: Record<string, string> = {}) {
	const child = spawn(process.execPath, [program, 'serve', '--gpu', 'off', ...args], {
		...{ cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] as const },
		env: { ...process.env, ...environment },
	})
	started.push(child)
	const output = { out: '', error: '' }
	child.stderr?.on('data', (piece) => {
		output.error += piece
	})
	const url = new Promise<string>((resolve) => {
		child.stdout?.on('data', (piece) => {
			output.out += piece
			if (output.out.includes('\n')) resolve(output.out.trim().replace(/\/v1$/, ''))
		})
	})
	const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }))
	return { child, url, ended }
}

function asking(url: string, token: string) {
	return async (path: string, body?: unknown) => {
		const answer = await fetch(`${url}${path}`, {
			method: body === undefined ? 'GET' : 'POST',
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			...(body !== undefined && { body: JSON.stringify(body) }),
		})
		return { status: answer.status, text: await answer.text() }
	}
}

describe('alcove serve', () => {
	it('serves the starter model, and stops when it is told to', async () => {
		const { child, url, ended } = start(['--port', '0', '--token-file', tokenFile])
		const address = await url
		expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
		expect(statSync(tokenFile).mode & 0o777).toBe(0o600)
		const ask = asking(address, readFileSync(tokenFile, 'utf8').trim())

		const gap = { prompt: 'function add(a, b) {\n\treturn ', suffix: '\n}\n', max_tokens: 8 }
		const filled = JSON.parse((await ask('/v1/completions', gap)).text)
		expect(filled.choices[0].text).not.toBe('')
		const infill = { input_prefix: gap.prompt, input_suffix: gap.suffix, n_predict: 8 }
		const same = JSON.parse((await ask('/infill', infill)).text)
		expect(same.content).toBe(filled.choices[0].text)
		expect(same.tokens_cached).toBeGreaterThan(0)

		const messages = [{ role: 'user', content: 'Say something.' }]
		const streamed = await ask('/v1/chat/completions', { messages, max_tokens: 12, stream: true })
		expect(streamed.text.endsWith('data: [DONE]\n\n')).toBe(true)
		const schema = { type: 'object', properties: { isTrue: { type: 'boolean' } } }
		const response_format = { type: 'json_schema', json_schema: { name: 'answer', schema } }
		const json = JSON.parse((await ask('/v1/chat/completions', { messages, max_tokens: 40, response_format })).text)
		expect(Object.keys(JSON.parse(json.choices[0].message.content))).toEqual(['isTrue'])
		const odd = { type: 'json_schema', json_schema: { schema: { type: 'object', patternProperties: {} } } }
		expect((await ask('/v1/chat/completions', { messages, response_format: odd })).status).toBe(400)

		const models = JSON.parse((await ask('/v1/models')).text)
		expect(models.data).toMatchObject([{ id: 'tiny-coder-target.Q8_0', meta: { can_infill: true } }])
		expect((await ask('/metrics')).text).toMatch(/^alcove_generated_tokens_total [1-9]/m)

		child.kill('SIGINT')
		const { code, error } = await ended
		expect(code).toBe(0)
		expect(error).toContain('stopping')
		await expect(fetch(`${address}/health`)).rejects.toThrow()
	})

	it('makes vectors, with a token of one’s own', async () => {
		const token = 'a-token-of-my-own-0123'
		const args = ['--port', '0', '--embedding-model', writeTalkativeModel(folder)]
		const { url } = start(args, { ALCOVE_TOKEN: token })
		const ask = asking(await url, token)
		const answer = JSON.parse((await ask('/v1/embeddings', { input: ['a b', 'c'] })).text)
		expect(answer.data).toHaveLength(2)
		expect(Math.hypot(...answer.data[0].embedding)).toBeCloseTo(1, 4)
		const packed = JSON.parse((await ask('/v1/embeddings', { input: 'a b', encoding_format: 'base64' })).text)
		const bytes = Buffer.from(packed.data[0].embedding, 'base64')
		const vector = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
		expect(vector[0]).toBeCloseTo(answer.data[0].embedding[0], 5)
		expect((await ask('/v1/embeddings', { input: 'a', model: 'tiny-coder-target.Q8_0' })).status).toBe(404)
		expect((await asking(await url, 'another-token-of-letters')('/v1/models')).status).toBe(401)
	})

	it('ends what is being written when it is told to stop', async () => {
		const token = 'a-token-of-my-own-0123'
		const { child, url, ended } = start(['--port', '0', '--model', writeTalkativeModel(folder)], {
			ALCOVE_TOKEN: token,
		})
		const answer = await fetch(`${await url}/v1/completions`, {
			method: 'POST',
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			body: JSON.stringify({ prompt: 'a', max_tokens: 32_000, stream: true }),
		})
		const reader = answer.body?.getReader()
		await reader?.read()
		child.kill('SIGTERM')
		let text = ''
		for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
			text += Buffer.from(piece.value).toString()
		expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
		expect((await ended).code).toBe(0)
	})

	const open = join(folder, 'open')
	writeFileSync(open, 'a-token-of-enough-letters')
	chmodSync(open, 0o644)
	it.each([
		['another address', ['--host', '0.0.0.0'], {}, 2, /127\.0\.0\.1 only/],
		['a model that is not there', ['--model', 'none.gguf'], {}, 2, /there is no model/],
		['a port that is none', ['--port', '80'], {}, 2, /--port takes/],
		['a short token', [], { ALCOVE_TOKEN: 'short' }, 2, /at least 16/],
		['a token that others can read', ['--token-file', open], {}, 1, /can be read by others/],
	])('refuses %s', async (_, args, environment, expected, complaint) => {
		const { code, error, out } = await start(args, { ...environment }).ended
		expect({ code, out }).toEqual({ code: expected, out: '' })
		expect(error).toMatch(complaint)
	})

	it('says that a port is taken', async () => {
		const token = { ALCOVE_TOKEN: 'a-token-of-my-own-0123' }
		const first = start(['--port', '0', '--model', starter.path], token)
		const { port } = new URL(await first.url)
		const { code, error } = await start(['--port', port], token).ended
		expect({ code, error }).toEqual({ code: 1, error: expect.stringContaining(`port ${port} is in use`) })
	})
})
