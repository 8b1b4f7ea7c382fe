import { assignedSecrets } from './assignedSecrets.ts'
import { isPlaceholder } from './entropy.ts'
import { type Provider, providers } from './providers.ts'
import { maskedPreview, type SecretFinding } from './secretFinding.ts'

export interface SecretOptions {
	/** Whether values that only their names make suspicious are taken too. Default true. */
	readonly withAssigned?: boolean
}

/**
 * The keys, tokens and passwords in a text, in its order and without overlaps: what is known better goes first. Takes time that grows with
 * the length of the text only: patterns have bounded repetitions, and are run where a mark of theirs occurs.
 */
export function findSecrets(text: string, options: SecretOptions = {}): SecretFinding[] {
	const found = [...privateKeys(text), ...providers.flatMap((it) => ofProvider(text, it)), ...inAddresses(text)]
	if (options.withAssigned !== false) found.push(...assignedSecrets(text))
	const rank = { high: 0, medium: 1, low: 2 }
	const taken: SecretFinding[] = []
	let end = -1
	for (const it of found.sort((a, b) => a.start - b.start || rank[a.confidence] - rank[b.confidence])) {
		const last = taken.at(-1)
		if (last && it.start < end) {
			if (rank[it.confidence] >= rank[last.confidence]) continue
			taken.pop()
		}
		taken.push(it)
		end = it.end
	}
	return taken
}

function ofProvider(text: string, provider: Provider): SecretFinding[] {
	if (!provider.marks.some((mark) => text.includes(mark))) return []
	const { kind, label, pattern, check } = provider
	const found: SecretFinding[] = []
	for (const match of text.matchAll(pattern)) {
		const value = match[1] ?? match[0]
		if (/EXAMPLE|example|XXXX|xxxx|0{12}|1234567890/.test(value)) continue
		const result = check?.(value) ?? 'right'
		if (result === 'wrong' || new Set(value).size < 8) continue
		const start = match.index + match[0].indexOf(value)
		const confidence = result === 'unsure' ? 'low' : provider.confidence
		found.push({ kind, label, confidence, preview: maskedPreview(value), start, end: start + value.length })
	}
	return found
}

/** Blocks in PEM form, up to their end. */
function privateKeys(text: string): SecretFinding[] {
	const found: SecretFinding[] = []
	// Looked for once, not from each beginning.
	let last = -1
	for (let at = text.indexOf('-----BEGIN '); at >= 0; ) {
		const head = /^-----BEGIN (?:[A-Z0-9]{1,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----/.exec(text.slice(at, at + 80))
		const next = text.indexOf('-----BEGIN ', at + 11)
		if (head) {
			if (last < at) last = text.indexOf('-----END ', at)
			if (last < 0) break
			const close = next >= 0 && last > next ? -1 : text.indexOf('-----', last + 9)
			const end = close < 0 ? at + head[0].length : close + 5
			const body = text.slice(at + head[0].length, Math.min(end, at + 400)).replace(/\\n|[^A-Za-z0-9+/]/g, '')
			if (close > 0 && body.length >= 40 && new Set(body).size > 12)
				found.push({
					kind: 'private-key',
					label: 'private key',
					confidence: 'high',
					preview: '-----BEGIN…',
					start: at,
					end,
				})
		}
		at = next
	}
	return found
}

const login = /([^\s:@/"'`<>{}$]{0,100}):([^\s@/"'`<>]{3,200})@([\w.-]{1,120})/y
const databases =
	/^(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|oracle|clickhouse|couchdb)$/

/** `scheme://name:password@host`. */
function inAddresses(text: string): SecretFinding[] {
	const found: SecretFinding[] = []
	const written = new RegExp(login)
	for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
		written.lastIndex = at + 3
		const match = written.exec(text)
		if (!match) continue
		const [, user = '', value = '', host = ''] = match
		const scheme = /[a-z][a-z+]{1,14}$/.exec(text.slice(Math.max(0, at - 16), at))?.[0] ?? ''
		if (scheme === '' || isPlaceholder(value) || value === user || /(?:^|\.)example(?:\.|$)/.test(host)) continue
		const isDatabase = databases.test(scheme)
		const isLocal = /^(?:localhost|127\.0\.0\.1|db|postgres|mysql|redis|mongo)$/.test(host)
		const start = at + 3 + user.length + 1
		found.push({
			kind: isDatabase ? 'database-url' : 'url-password',
			label: isDatabase ? 'database password' : 'password in an address',
			confidence: isLocal ? 'low' : isDatabase ? 'high' : 'medium',
			preview: maskedPreview(value),
			start,
			end: start + value.length,
		})
	}
	return found
}
