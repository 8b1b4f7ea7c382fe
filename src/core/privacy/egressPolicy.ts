/** What something is sent to another machine for. A person allows a destination for each of them. */
export type EgressPurpose = 'modelDownload' | 'completion' | 'chat' | 'embedding' | 'strongerModel'

export interface Destination {
	readonly scheme: 'http' | 'https'
	/** A name in small letters, or an address without brackets. */
	readonly host: string
	readonly port: number
}

/** What a person allowed, in the settings of the machine; a workspace cannot. */
export interface AllowedDestination {
	/** Exactly this name or address, and none below it. */
	readonly host: string
	/** Default: any port. */
	readonly port?: number
	readonly purposes: readonly EgressPurpose[]
}

export type EgressRefusal =
	/** Nobody allowed it. */
	| 'notAllowed'
	/** It is allowed, and what is sent could be read on the way. */
	| 'notEncrypted'

export type EgressDecision =
	| { readonly isAllowed: true; readonly isThisMachine: boolean }
	| { readonly isAllowed: false; readonly reason: EgressRefusal }

/**
 * Whether a connection may be made. This machine needs no consent; any other host must be allowed for the purpose, and is
 * reached with TLS only, but for an address of a private network that was allowed with its port.
 */
export function decideEgress(
	destination: Destination,
	purpose: EgressPurpose,
	allowed: readonly AllowedDestination[],
): EgressDecision {
	if (isThisMachine(destination.host)) return { isAllowed: true, isThisMachine: true }
	const match = allowed.find(
		({ host, port, purposes }) =>
			host.toLowerCase() === destination.host &&
			(port === undefined || port === destination.port) &&
			purposes.includes(purpose),
	)
	if (!match) return { isAllowed: false, reason: 'notAllowed' }
	const isNear = match.port !== undefined && isPrivateAddress(destination.host)
	if (destination.scheme === 'http' && !isNear) return { isAllowed: false, reason: 'notEncrypted' }
	return { isAllowed: true, isThisMachine: false }
}

/**
 * The addresses that never leave the machine (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3), and the name that stands for
 * them (RFC 6761, section 6.3), which is not looked up.
 */
export function isThisMachine(host: string): boolean {
	if (host === 'localhost' || host === '::1') return true
	return isIpv4(host) && host.startsWith('127.')
}

/** RFC 1918 and RFC 4193. */
export function isPrivateAddress(host: string): boolean {
	if (/^f[cd][0-9a-f]{2}:/.test(host)) return true
	if (!isIpv4(host)) return false
	const [first, second = 0] = host.split('.').map(Number)
	return first === 10 || (first === 172 && second >= 16 && second <= 31) || (first === 192 && second === 168)
}

/** `URL` brings every way to write such an address into this form. */
function isIpv4(host: string): boolean {
	return /^\d{1,3}(\.\d{1,3}){3}$/.test(host)
}
