import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { engineEnvironment, TellingLines } from '../../../src/node/engine/engineProcess.ts'

describe('engineEnvironment', () => {
	it('keeps the system and drops what steers the Node processes of the editor', () => {
		const env = engineEnvironment({
			PATH: '/bin',
			LD_LIBRARY_PATH: '/usr/lib/gpu',
			NODE_OPTIONS: '--require ./evil.js',
			node_options: '--inspect',
			NODE_CHANNEL_FD: '3',
			VSCODE_IPC_HOOK: '/run/hook',
			VSCODE_NLS_CONFIG: '{}',
			ELECTRON_RUN_AS_NODE: '0',
			ELECTRON_NO_ASAR: '1',
		})
		expect(env).toMatchObject({ PATH: '/bin', LD_LIBRARY_PATH: '/usr/lib/gpu', ELECTRON_RUN_AS_NODE: '1' })
		expect(Object.keys(env)).toHaveLength(4)
	})

	it('leaves the engine two worker threads, and one on two cores, whatever the editor has', () => {
		const workers = availableParallelism() > 2 ? '2' : '1'
		expect(engineEnvironment({}).UV_THREADPOOL_SIZE).toBe(workers)
		expect(engineEnvironment({ UV_THREADPOOL_SIZE: '64' }).UV_THREADPOOL_SIZE).toBe(workers)
	})
})

describe('TellingLines', () => {
	const telling = (...chunks: string[]) => {
		const lines = new TellingLines()
		for (const chunk of chunks) lines.push(chunk)
		return lines.toString()
	}

	it('keeps the last five lines that are not empty', () => {
		expect(telling('a\n\nb\r\nc\n d \ne\nf\n\n')).toBe('b | c | d | e | f')
	})

	it('joins what arrives in parts and takes the last line without its end', () => {
		expect(telling('first li', 'ne\nsec', 'ond')).toBe('first line | second')
	})

	it('shortens long lines', () => {
		expect(telling(...Array(50).fill('x'.repeat(1_000)))).toHaveLength(200)
	})

	it('is empty for no output', () => {
		expect(telling()).toBe('')
	})

	it('leaves out the stacks that stand behind the reason', () => {
		const native = [
			'/src/llama-context.cpp:1234: GGML_ASSERT(n > 0) failed',
			'[New LWP 123]',
			'#0  0x00007f3a in wait4 () from /lib/libc.so.6',
			'/lib/libllama.so(ggml_abort+0x11e)[0x7f3a12345678]',
			'----- Native stack trace -----',
			'',
			' 1: 0xb8d0a0 node::Abort() [node]',
			' 2: 0x1a2b3c4 [node]',
			'----- JavaScript stack trace -----',
			' 1: /x/main.cjs:3:74',
		]
		expect(telling(native.join('\n'))).toBe('/src/llama-context.cpp:1234: GGML_ASSERT(n > 0) failed | [New LWP 123]')
		const script =
			"throw err;\n  ^\n\nError: Cannot find module '/x'\n    at f (node:x:1)\n  code: 'E',\n}\n\nNode.js v20.1.0\n"
		expect(telling(script)).toBe("throw err; | Error: Cannot find module '/x'")
	})
})
