import { type AllowedDestination, type Destination, type EgressPurpose, isThisMachine } from './egressPolicy.ts'

export const egressPurposes: readonly EgressPurpose[] = [
	'modelDownload',
	'completion',
	'chat',
	'embedding',
	'strongerModel',
]

/** Labels of letters, digits, `-` and `_`, or an IPv6 address without brackets. No pattern stands for many hosts. */
const hostName = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/i
const ipv6 = /^(?=.*:)[0-9a-f:]+(\d+\.\d+\.\d+\.\d+)?$/i
const entryForm = '{ "host": "…", "port"?: 1 – 65535, "purposes": ["…"] }'

/** What is wrong with a value of `alcove.privacy.allowedDestinations`: which entry, and what would be right. */
export function destinationsFault(raw: unknown): string | undefined {
	if (!Array.isArray(raw)) return `[ ${entryForm} ]`
	for (const [at, entry] of raw.entries()) {
		const fault = entryFault(entry)
		if (fault !== undefined) return `[${at}]${fault}`
	}
	return undefined
}

function entryFault(entry: unknown): string | undefined {
	if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return ` = ${entryForm}`
	const { host, port, purposes, ...others } = entry as Readonly<Record<string, unknown>>
	if (Object.keys(others).length > 0) return ` = ${entryForm}`
	if (typeof host !== 'string' || !isHost(host)) return '.host = "models.example.com" | "10.0.0.5" | "fd00::5"'
	if (port !== undefined && !isPort(port)) return '.port = 1 – 65535'
	if (!Array.isArray(purposes) || purposes.length === 0 || !purposes.every(isPurpose))
		return `.purposes = [ ${egressPurposes.map((purpose) => `"${purpose}"`).join(' | ')} ]`
	return undefined
}

function isHost(host: string): boolean {
	return host.length <= 253 && (hostName.test(host) || ipv6.test(host))
}

function isPort(port: unknown): boolean {
	return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535
}

function isPurpose(purpose: unknown): boolean {
	return egressPurposes.some((known) => known === purpose)
}

/** `https://proxy.example.com:3128`, also with a name and a password. Empty: none. */
export function proxyFault(raw: unknown): string | undefined {
	const form = 'http://host:port, https://host:port'
	if (typeof raw !== 'string') return form
	return raw === '' || /^https?:\/\/([^\s/@?#]+@)?(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?\/?$/i.test(raw)
		? undefined
		: form
}

/** What a person typed: a host, a host with its port, or a whole address. Without a scheme it is TLS that is meant. */
export function destinationFrom(typed: string): Destination | undefined {
	const found = /^(?:(https?):\/\/)?(?:\[([0-9a-f:.]+)\]|([^\s/:@?#[\]]+))(?::(\d{1,5}))?(?:\/\S*)?$/i.exec(
		typed.trim(),
	)
	if (!found) return undefined
	const [, schemeText = 'https', address, name, portText] = found
	const scheme = schemeText.toLowerCase() === 'http' ? 'http' : 'https'
	const host = (address ?? name ?? '').toLowerCase().replace(/\.$/, '')
	const port = portText === undefined ? (scheme === 'http' ? 80 : 443) : Number(portText)
	return isHost(host) && isPort(port) ? { scheme, host, port } : undefined
}

/** The setting with one more consent in it: for this host and port and these purposes, no others. */
export function allowedWith(
	allowed: readonly AllowedDestination[],
	{ host, port }: Destination,
	purposes: readonly EgressPurpose[],
): readonly AllowedDestination[] {
	if (isThisMachine(host)) return allowed
	const known = allowed.find((one) => one.host.toLowerCase() === host && one.port === port)
	if (!known) return [...allowed, { host, port, purposes }]
	const more = { ...known, purposes: [...new Set([...known.purposes, ...purposes])] }
	return allowed.map((one) => (one === known ? more : one))
}
