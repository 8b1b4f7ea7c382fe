import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allowedWith, destinationFrom, proxyFault } from '../../../../src/core/privacy/destinationSettings.ts'
import { DestinationsInUse } from '../../../../src/core/privacy/destinationsInUse.ts'
import { decideEgress } from '../../../../src/core/privacy/egressPolicy.ts'
import { checkSetting } from '../../../../src/core/settings.ts'

const right = { host: 'models.example.com', purposes: ['chat'] }
const check = (raw: unknown) => checkSetting('privacy.allowedDestinations', raw)

describe('the setting of allowed destinations', () => {
	it.each([
		[[]],
		[[right]],
		[
			[
				{ ...right, port: 1 },
				{ host: 'FD00::5', port: 65_535, purposes: ['embedding', 'completion'] },
			],
		],
		[[{ host: '10.0.0.5', port: 8080, purposes: ['modelDownload', 'strongerModel'] }]],
		[[{ host: 'gpu_1', purposes: ['chat'] }]],
	])('takes %j', (raw) => expect(check(raw)).toEqual({ value: raw }))

	it.each([
		[{}, /^\[ \{/],
		['models.example.com', /^\[ \{/],
		[[right, 'models.example.com'], /^\[1\] = \{/],
		[[null], /^\[0\] = \{/],
		[[right, { ...right, purpose: 'chat' }], /^\[1\] = \{/],
		[[{ purposes: ['chat'] }], /^\[0\]\.host/],
		...[
			'',
			'https://a.example',
			'a.example:443',
			'*.example.com',
			'a/b',
			'[::1]',
			'a..b',
			'a.example.',
			'a b',
			'-a',
		].map((host) => [[{ ...right, host }], /^\[0\]\.host/]),
		...[0, 65_536, 1.5, '443', null].map((port) => [[{ ...right, port }], /^\[0\]\.port/]),
		...[undefined, 'chat', [], ['everything'], ['chat', 7]].map((purposes) => [
			[{ ...right, purposes }],
			/^\[0\]\.purposes = .*modelDownload/,
		]),
	] as [unknown, RegExp][])('does not take %j, says where, and allows nothing', (raw, expected) => {
		const complaint = {
			key: 'privacy.allowedDestinations',
			reason: 'malformed',
			expected: expect.stringMatching(expected),
		}
		expect(check(raw)).toEqual({ value: [], complaint })
	})
})

describe('the setting of the proxy', () => {
	it.each(['', 'http://proxy:3128', 'https://user:word@proxy.example.com:3128/', 'http://[fd00::1]:80'])(
		'takes %s',
		(raw) => expect(proxyFault(raw)).toBeUndefined(),
	)
	it.each(['proxy:3128', 'socks5://proxy:1080', 'http://proxy/path', 'http://a b', 7, null])(
		'does not take %s',
		(raw) => expect(proxyFault(raw)).toBeDefined(),
	)
})

describe('a typed destination', () => {
	it.each([
		['models.example.com', 'https', 'models.example.com', 443],
		[' Models.Example.com. ', 'https', 'models.example.com', 443],
		['http://10.0.0.5', 'http', '10.0.0.5', 80],
		['10.0.0.5:8080', 'https', '10.0.0.5', 8080],
		['https://[fd00::5]:8443/v1?x=y', 'https', 'fd00::5', 8443],
	] as const)('%s is a host and a port', (typed, scheme, host, port) =>
		expect(destinationFrom(typed)).toEqual({ scheme, host, port }),
	)
	it.each(['', '*', 'ftp://a', 'a:0', 'a:99999', 'user@a', 'a b', 'https://'])('%s is none', (typed) =>
		expect(destinationFrom(typed)).toBeUndefined(),
	)
})

describe('a consent', () => {
	const destination = { scheme: 'https', host: 'a.example', port: 443 } as const

	it('holds for this host, this port and these purposes, and takes none away', () => {
		const first = allowedWith([], destination, ['chat'])
		const both = allowedWith(first, destination, ['embedding'])
		expect(both).toEqual([{ host: 'a.example', port: 443, purposes: ['chat', 'embedding'] }])
		expect(allowedWith(both, { ...destination, port: 8443 }, ['chat'])).toHaveLength(2)
		expect(decideEgress(destination, 'completion', both).isAllowed).toBe(false)
		expect(decideEgress({ ...destination, port: 444 }, 'chat', both).isAllowed).toBe(false)
	})

	it('is always one that the setting takes', () => {
		fc.assert(
			fc.property(fc.webUrl({ withQueryParameters: true }), (url) => {
				const typed = destinationFrom(url)
				if (!typed) return
				const { complaint } = check(allowedWith([], typed, ['chat']))
				expect(complaint).toBeUndefined()
			}),
		)
	})
})

it('what is in use elsewhere is told once, and this machine is not', () => {
	const inUse = new DestinationsInUse()
	const told: string[] = []
	inUse.onDidChange((now) => told.push(now.map(({ host, purpose }) => `${host} ${purpose}`).join()))
	inUse.use({ scheme: 'http', host: '127.0.0.1', port: 80 }, 'chat')
	const destination = { scheme: 'https', host: 'a.example', port: 443 } as const
	const first = inUse.use(destination, 'chat')
	const second = inUse.use(destination, 'chat')
	first.dispose()
	first.dispose()
	second.dispose()
	expect(told).toEqual(['a.example chat', ''])
})
