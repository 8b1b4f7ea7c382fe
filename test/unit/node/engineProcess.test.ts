import { describe, expect, it } from 'vitest'
import { engineEnvironment, lastLinesOf } from '../../../src/node/engine/engineProcess.ts'

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
		expect(env).toEqual({ PATH: '/bin', LD_LIBRARY_PATH: '/usr/lib/gpu', ELECTRON_RUN_AS_NODE: '1' })
	})
})

describe('lastLinesOf', () => {
	it('keeps the last five lines that are not empty', () => {
		expect(lastLinesOf('a\n\nb\r\nc\n d \ne\nf\n\n')).toBe('b | c | d | e | f')
	})

	it('shortens long lines', () => {
		expect(lastLinesOf('x'.repeat(5_000))).toHaveLength(200)
	})

	it('is empty for no output', () => {
		expect(lastLinesOf('')).toBe('')
	})
})
