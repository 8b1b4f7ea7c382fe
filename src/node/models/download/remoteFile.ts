import { destinationFrom } from '../../../core/privacy/destinationSettings.ts'
import { isThisMachine } from '../../../core/privacy/egressPolicy.ts'
import type { Network, NetworkAnswer } from '../../../core/privacy/network.ts'
import type { CancellationToken } from '../../../shared/cancellation.ts'
import { badAnswer, ChangedError, DownloadStop, networkTrouble, SetbackError } from './downloadErrors.ts'

export interface RemoteDeps {
	readonly network: Network
	/** The user's token for a host; it is sent to that host only, never to one that it redirects to. */
	readonly accessToken: (host: string) => Promise<string | undefined>
}

/** A file on a server, and where its bytes come from in the end. */
export interface RemoteFile {
	/** Of the last redirect; it may hold a signature that is good for some minutes, and is kept nowhere. */
	readonly url: string
	readonly bytes: number
	readonly takesRanges: boolean
	/** Of the last host; undefined where it gives none, or one that stands for several contents. */
	readonly etag: string | undefined
	/** What stands for this content of the file, over restarts; undefined where the server says nothing of the kind. */
	readonly version: string | undefined
	/** As the server says. */
	readonly sha256: string | undefined
}

const mostRedirects = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * Asks for the first byte of a file, by every redirect, each of which the guard decides upon. Not with HEAD: addresses that are signed
 * for GET refuse it.
 *
 * @throws DownloadStop, SetbackError, CancelledError
 */
export async function locate(deps: RemoteDeps, url: string, token: CancellationToken): Promise<RemoteFile> {
	let address = url
	let linked: Readonly<Record<string, string>> = {}
	const accessToken = isSafe(url) ? await deps.accessToken(new URL(url).hostname) : undefined
	for (let hop = 0; hop <= mostRedirects; hop++) {
		const isHome = isSameOrigin(address, url)
		const answer = await get(
			deps.network,
			address,
			{ range: 'bytes=0-0', ...authorization(isHome, accessToken) },
			token,
			hop > 0,
		)
		await discard(answer)
		// Only the host that the user agreed to can speak for the file.
		if (isHome) linked = { ...linked, ...answer.headers }
		if (redirects.has(answer.status)) {
			address = nextAddress(address, answer.headers.location)
			continue
		}
		if (answer.status !== 200 && answer.status !== 206)
			throw refusal(answer, new URL(address).hostname, accessToken !== undefined)
		return factsOf(address, answer, linked)
	}
	throw badAnswer(`more than ${mostRedirects} redirects`)
}

/**
 * The bytes from `start` to before `end`; all of them where the server takes no ranges.
 *
 * @throws DownloadStop, SetbackError, ChangedError, CancelledError
 */
export async function openRange(
	deps: RemoteDeps,
	file: RemoteFile,
	range: { readonly start: number; readonly end: number; readonly origin: string },
	token: CancellationToken,
): Promise<AsyncIterable<Uint8Array>> {
	const { start, end, origin } = range
	const isHome = isSameOrigin(file.url, origin)
	const accessToken = isHome && isSafe(origin) ? await deps.accessToken(new URL(origin).hostname) : undefined
	const headers = {
		...authorization(isHome, accessToken),
		...(file.takesRanges && { range: `bytes=${start}-${end - 1}`, ...(file.etag && { 'if-range': file.etag }) }),
	}
	const answer = await get(deps.network, file.url, headers, token, !isHome)
	const wanted = file.takesRanges ? 206 : 200
	if (answer.status === wanted && isExpected(answer, file, start, end)) return answer.body
	await discard(answer)
	if (answer.status === wanted || answer.status === 200 || answer.status === 416) throw new ChangedError()
	const { hostname } = new URL(file.url)
	// What is signed holds for a while: who asks the first host again gets a new address.
	if (!isHome && [400, 401, 403, 404, 410].includes(answer.status)) {
		const { status } = answer
		throw new SetbackError({ kind: 'status', status: 503 }, { reason: 'status', status })
	}
	throw refusal(answer, hostname, accessToken !== undefined)
}

async function get(
	network: Network,
	url: string,
	headers: Readonly<Record<string, string>>,
	token: CancellationToken,
	isRedirect: boolean,
): Promise<NetworkAnswer> {
	try {
		const identity = { 'accept-encoding': 'identity', 'user-agent': 'Alcove' }
		return await network.send({
			url,
			method: 'GET',
			purpose: 'modelDownload',
			headers: { ...identity, ...headers },
			token,
		})
	} catch (error) {
		throw networkTrouble(error, isRedirect)
	}
}

/** Ends the connection without reading what comes. */
async function discard({ body }: NetworkAnswer): Promise<void> {
	try {
		for await (const _ of body) break
	} catch {
		// Nobody wants it.
	}
}

/** Never where it could be read on the way. */
function isSafe(url: string): boolean {
	const { protocol, hostname } = new URL(url)
	return protocol === 'https:' || isThisMachine(hostname)
}

function authorization(isHome: boolean, accessToken: string | undefined): Record<string, string> {
	return isHome && accessToken !== undefined ? { authorization: `Bearer ${accessToken}` } : {}
}

function isSameOrigin(a: string, b: string): boolean {
	return new URL(a).origin === new URL(b).origin
}

function nextAddress(from: string, location: string | undefined): string {
	if (location === undefined || !URL.canParse(location, from)) throw badAnswer('a redirect without an address')
	const address = new URL(location, from).href
	// This machine needs no consent: another one must not be able to have its servers asked.
	if (isHere(address) && !isHere(from)) throw badAnswer('a redirect to this machine')
	return address
}

function isHere(url: string): boolean {
	const destination = destinationFrom(url)
	return destination !== undefined && isThisMachine(destination.host)
}

function refusal({ status, headers }: NetworkAnswer, host: string, hadToken: boolean): Error {
	if (status === 401 || status === 403) return new DownloadStop({ reason: 'needsToken', host, hadToken })
	if (status === 404 || status === 410) return new DownloadStop({ reason: 'notFound' })
	return new SetbackError({ kind: 'status', status, retryAfter: headers['retry-after'] }, { reason: 'status', status })
}

function factsOf(url: string, answer: NetworkAnswer, linked: Readonly<Record<string, string>>): RemoteFile {
	const { status, headers } = answer
	const encoding = headers['content-encoding']
	if (encoding !== undefined && encoding !== 'identity') throw badAnswer(`content-encoding ${encoding.slice(0, 40)}`)
	const total = status === 206 ? contentRange(headers)?.total : lengthOf(headers['content-length'])
	if (total === undefined) throw badAnswer('the server does not say how long the file is')
	// Hugging Face names the hash and the length of what it redirects to (huggingface_hub, `file_download.py`: `get_hf_file_metadata`).
	const linkedTag = linked['x-linked-etag']?.replace(/^W\/|"/g, '')
	const linkedBytes = lengthOf(linked['x-linked-size'])
	if (linkedBytes !== undefined && linkedBytes !== total) {
		throw new DownloadStop({ reason: 'wrongLength', expected: linkedBytes, actual: total })
	}
	const etag = headers.etag?.startsWith('"') ? headers.etag : undefined
	return {
		url,
		bytes: total,
		takesRanges: status === 206,
		etag,
		version: linkedTag ?? etag ?? headers['last-modified'],
		sha256: linkedTag !== undefined && /^[0-9a-f]{64}$/.test(linkedTag) ? linkedTag : undefined,
	}
}

function isExpected({ headers }: NetworkAnswer, file: RemoteFile, start: number, end: number): boolean {
	if (file.etag !== undefined && headers.etag !== undefined && headers.etag !== file.etag) return false
	if (!file.takesRanges) return lengthOf(headers['content-length']) === file.bytes
	const range = contentRange(headers)
	return range !== undefined && range.start === start && range.end === end && range.total === file.bytes
}

/** RFC 9110, section 14.4; the end exclusive. */
function contentRange(headers: Readonly<Record<string, string>>) {
	const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers['content-range'] ?? '')
	return match ? { start: Number(match[1]), end: Number(match[2]) + 1, total: Number(match[3]) } : undefined
}

function lengthOf(text: string | undefined): number | undefined {
	return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
