import { describe, expect, it } from 'vitest'
import {
	type Backend,
	backendFor,
	backendRoot,
	backendsFault,
	wellKnownBackends,
} from '../../../../src/core/model/backend.ts'
import { estimatedTokens } from '../../../../src/core/model/estimatedTokens.ts'
import { destinationFrom } from '../../../../src/core/privacy/destinationSettings.ts'
import { isThisMachine } from '../../../../src/core/privacy/egressPolicy.ts'

const good: Backend = {
	name: 'Lab',
	kind: 'openai',
	url: 'https://lab.example/v1',
	model: 'm',
	purposes: ['chat'],
	contextSize: 8_192,
}

describe('the setting of back ends', () => {
	it('takes what is right', () => {
		expect(backendsFault([])).toBeUndefined()
		expect(backendsFault([good, { name: 'b', kind: 'ollama', url: 'http://[::1]:11434/' }])).toBeUndefined()
		expect(backendsFault(wellKnownBackends)).toBeUndefined()
	})

	it.each([
		['no list', {}, /^\[ \{/],
		['no object', ['x'], /^\[0\] =/],
		['no name', [{ ...good, name: ' ' }], /\.name/],
		['another kind', [{ ...good, kind: 'gpt' }], /\.kind = "ollama"/],
		['no address', [{ ...good, url: 'lab' }], /\.url/],
		['a password in the address', [{ ...good, url: 'https://a:b@lab.example' }], /\.url/],
		['a query in the address', [{ ...good, url: 'https://lab.example/?key=1' }], /\.url/],
		['a file', [{ ...good, url: 'file:///etc/passwd' }], /\.url/],
		['a key in the settings', [{ ...good, apiKey: 'x' }], /^\[0\] =/],
		['no purposes', [{ ...good, purposes: [] }], /\.purposes/],
		['other purposes', [{ ...good, purposes: ['all'] }], /\.purposes/],
		['a small context', [{ ...good, contextSize: 10 }], /\.contextSize/],
		['a name twice', [good, good], /×2/],
	])('refuses %s', (_, raw, complaint) => {
		expect(backendsFault(raw)).toMatch(complaint)
	})

	it('routes by name, and for what a back end is there', () => {
		expect(backendFor([good], 'Lab', 'chat')).toBe(good)
		expect(backendFor([good], 'Lab', 'completion')).toBeUndefined()
		expect(backendFor([good], '', 'chat')).toBeUndefined()
		expect(backendFor([good], 'lab', 'chat')).toBeUndefined()
	})

	it('looks for servers on this machine only', () => {
		for (const { url } of wellKnownBackends) expect(isThisMachine(destinationFrom(url)?.host ?? '')).toBe(true)
	})

	it('takes addresses with the end that programs want, and without', () => {
		for (const end of ['', '/', '/v1', '/v1/']) expect(backendRoot(`http://a.example${end}`)).toBe('http://a.example')
		expect(backendRoot('http://a.example/api/v1')).toBe('http://a.example/api')
	})
})

it('tokens are estimated by bytes', () => {
	for (const text of ['', 'abc', 'größer', '你好，世界', '😀😀', 'const a = 1\n'])
		expect(estimatedTokens(text)).toBe(Math.ceil(Buffer.byteLength(text) / 3))
})
