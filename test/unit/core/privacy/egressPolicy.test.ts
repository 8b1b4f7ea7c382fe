import { describe, expect, it } from 'vitest'
import {
	type AllowedDestination,
	decideEgress,
	isPrivateAddress,
	isThisMachine,
} from '../../../../src/core/privacy/egressPolicy.ts'

const https = (host: string, port = 443) => ({ scheme: 'https' as const, host, port })
const http = (host: string, port = 80) => ({ scheme: 'http' as const, host, port })
const huggingFace: AllowedDestination = { host: 'huggingface.co', purposes: ['modelDownload'] }

describe('a connection', () => {
	it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost'])('to %s needs no consent', (host) => {
		expect(decideEgress(http(host, 11_434), 'chat', [])).toEqual({ isAllowed: true, isThisMachine: true })
	})

	it.each([
		'example.com',
		'localhost.example.com',
		'127.0.0.1.example.com',
		'my-localhost',
		'0.0.0.0',
		'10.0.0.1',
		'169.254.169.254',
		'::',
		'::ffff:7f00:1',
	])('to %s is refused where nobody allowed it', (host) => {
		expect(decideEgress(https(host), 'chat', [])).toEqual({ isAllowed: false, reason: 'notAllowed' })
	})

	it('is allowed for the purposes that were named, and for no others', () => {
		expect(decideEgress(https('huggingface.co'), 'modelDownload', [huggingFace]).isAllowed).toBe(true)
		expect(decideEgress(https('huggingface.co'), 'chat', [huggingFace]).isAllowed).toBe(false)
	})

	it('is allowed to the very host', () => {
		for (const host of ['cdn.huggingface.co', 'huggingface.co.evil.com', 'evilhuggingface.co', 'ggingface.co'])
			expect(decideEgress(https(host), 'modelDownload', [huggingFace]).isAllowed).toBe(false)
	})

	it('is allowed to the very port where one was named', () => {
		const allowed = [{ ...huggingFace, port: 8_443 }]
		expect(decideEgress(https('huggingface.co', 8_443), 'modelDownload', allowed).isAllowed).toBe(true)
		expect(decideEgress(https('huggingface.co'), 'modelDownload', allowed).isAllowed).toBe(false)
	})

	it('is refused where it could be read on the way', () => {
		const refused = { isAllowed: false, reason: 'notEncrypted' }
		expect(decideEgress(http('huggingface.co'), 'modelDownload', [huggingFace])).toEqual(refused)
		const near: AllowedDestination = { host: '192.168.0.7', purposes: ['chat'] }
		expect(decideEgress(http('192.168.0.7', 8_000), 'chat', [near])).toEqual(refused)
		const nearWithPort = { ...near, port: 8_000 }
		expect(decideEgress(http('192.168.0.7', 8_000), 'chat', [nearWithPort]).isAllowed).toBe(true)
		const far: AllowedDestination = { host: '8.8.8.8', port: 8_000, purposes: ['chat'] }
		expect(decideEgress(http('8.8.8.8', 8_000), 'chat', [far])).toEqual(refused)
	})
})

describe('addresses', () => {
	it.each(['128.0.0.1', '1270.0.0.1', '127', 'localhost6', '::2'])('%s is not this machine', (host) => {
		expect(isThisMachine(host)).toBe(false)
	})

	it.each([
		['10.1.2.3', true],
		['172.16.0.1', true],
		['172.31.255.255', true],
		['172.32.0.1', false],
		['192.168.1.1', true],
		['192.169.1.1', false],
		['fd12:3456::1', true],
		['fe80::1', false],
		['10.example.com', false],
	])('%s is of a private network: %s', (host, isPrivate) => {
		expect(isPrivateAddress(host)).toBe(isPrivate)
	})
})
