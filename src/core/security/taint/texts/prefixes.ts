import type { Expression } from '../../ir/ir.ts'
import { cleaned, maskOf, type Taint } from '../taint.ts'
import { constantOf, type Value } from '../value.ts'

/** What an address begins with that says which server it is of: its own (`/a`, `?a`, `page?a`), or a host up to the end of its name. */
const withHost =
	/^(?:redirect:|forward:|location:\s*)?(?:\/[^/\\]|[\w.%-]*[?#]|[\w.%-]+\/|[a-z][\w+.-]*:\/\/[^/?#\\@]+[/?#])/i

/** Taints of what is written behind this text: where an address leads to is decided by what stands in front. */
export function behindText(
	text: unknown,
	taints: readonly Taint[],
	mask: number = maskOf(['redirect', 'url']),
): readonly Taint[] {
	if (typeof text !== 'string') return taints
	const clean = (withHost.test(text) ? mask : 0) | (withProtocol.test(text) ? ofProtocols : 0)
	return clean === 0 ? taints : cleaned(taints, clean)
}

/** What an address begins with that says how it is opened, and is no script: `https://`, `mailto:`, `/a`, `#`. */
const withProtocol = /^(?:(?:https?|ftps?|wss?|mailto|tel|sms|geo):|[\w.%-]*[/?#])/i
const ofProtocols = maskOf(['scheme'])

/** Whether an address that begins so is one of a host that is named there. */
export function namesHost(text: string): boolean {
	return /^[a-z][\w+.-]*:\/\/[^/?#\\@]+[/?#]/i.test(text)
}

/** Whether an address that begins so is one of this site. */
export function isLocalBeginning(text: string): boolean {
	return /^\/[^/\\]/.test(text)
}

/** What a text of Go is that ends with a separator, which is all that is known of it. */
const folderEnd = '@folder/'

const separator = /[/\\]$/

export function endsFolder({ constants, paths }: Value): boolean {
	if (constants !== undefined) return constants.every((it) => typeof it === 'string' && separator.test(it))
	return paths.includes(folderEnd)
}

/** `folder + "/"`, `folder + string(os.PathSeparator)` */
export function folderOf(right: Value): readonly string[] {
	const ends =
		right.constants === undefined
			? right.paths.some((it) => it === 'os.PathSeparator' || it === 'path/filepath.Separator')
			: endsFolder(right)
	return ends ? [folderEnd] : []
}

/** An empty line ends the headers of a message: what stands behind it is none. */
export const emptyLine = /\n\r?\n/

function endsHeaders(written: Expression, left: Value): boolean {
	const text = constantOf(left)
	if (text !== undefined) return typeof text === 'string' && emptyLine.test(text)
	let at = written
	for (; at.kind === 'binary' && at.operator === '+'; at = at.left) if (holdsEmptyLine(at.right)) return true
	return holdsEmptyLine(at)
}

function holdsEmptyLine(it: Expression): boolean {
	if (it.kind === 'template') return it.parts.some(holdsEmptyLine)
	return it.kind === 'constant' && typeof it.value === 'string' && emptyLine.test(it.value)
}

/** Whether a text begins with it, so that what follows is at no beginning. */
export function beginsText(left: Value, lefts: readonly Taint[] = left.taint): boolean {
	return lefts.length > 0 || left.constants === undefined || left.constants.every((it) => it !== '' && it !== null)
}

/** `--name=`: what follows is the value of this option, and none of its own. */
const ofOption = /^--?[A-Za-z][\w-]*=/

/** `fmt.Sprintf(format, …)` of Go: what stands before the first data of somebody else. */
export function behindFormat([format, ...given]: readonly Value[], taints: readonly Taint[]): readonly Taint[] {
	const text = format && constantOf(format)
	const first = given.findIndex((it) => it.taint.length > 0)
	if (typeof text !== 'string' || first < 0 || /%[-+# 0-9.]*[[*]/.test(text)) return taints
	let at = 0
	let head = ''
	for (const part of text.split(/(%[-+# 0-9.]*[a-zA-Z])/)) {
		if (!part.startsWith('%') || part.length < 2) head += part
		else if (at === first) return behindHead(head, taints)
		else head += String((given[at] && constantOf(given[at] as Value)) ?? 'x')
		if (part.startsWith('%') && part.length > 1) at++
	}
	return taints
}

function behindHead(head: string, taints: readonly Taint[]): readonly Taint[] {
	let clean = ofOption.test(head) ? maskOf(['command']) : 0
	if (head !== '') clean |= ofOptions
	if (emptyLine.test(head)) clean |= ofHeaders
	return behindText(head, clean === 0 ? taints : cleaned(taints, clean))
}

const ofOptions = maskOf(['option'])
const ofHeaders = maskOf(['header'])
const ofRedirects = maskOf(['redirect'])
const ofRequests = maskOf(['url'])
const ofAddresses = ofRedirects | ofRequests

/** Of Python a path on a known server is reported as well, as its own rules have it. */
function addressMask(language: string): number {
	return language === 'python' ? ofRedirects : ofAddresses
}

/** Data behind something that is not known, but not the client's either, and then a path or parameters. */
function behindUnknown(last: string, taints: readonly Taint[], mask: number): readonly Taint[] {
	if (/[?#]|\/[^/\\]/.test(last)) return cleaned(taints, mask)
	return last.endsWith('/') && !last.endsWith('://') ? cleaned(taints, mask & ofRequests) : taints
}

/**
 * One part of a text that is made of several.
 * @param text all in front of it, where that is known @param last what stands right in front of it @param before the data in front of it
 */
export function behindParts(
	text: string | undefined,
	last: unknown,
	before: readonly Taint[],
	data: readonly Taint[],
	language: string,
): readonly Taint[] {
	if (data.length === 0) return data
	const mask = addressMask(language)
	if (before.length > 0) return before.every((it) => (it.clean & mask) === mask) ? cleaned(data, mask) : data
	if (text !== undefined) return behindText(text, data, mask)
	return typeof last === 'string' ? behindUnknown(last, data, mask) : data
}

/** Data that is put into a text with places for it: of the first one it is known what stands in front. */
export function behindPlaces(text: unknown, data: readonly Taint[], language: string): readonly Taint[] {
	const [head] = typeof text === 'string' ? text.split(/[%{]/, 1) : []
	return head === undefined || head === '' ? data : behindText(head, data, addressMask(language))
}

/** `left + data`. */
export function behind(
	written: Expression,
	left: Value,
	lefts: readonly Taint[],
	data: readonly Taint[],
	language: string,
): readonly Taint[] {
	if (data.length === 0) return data
	const hasOptions = language === 'python' || language === 'php' || language === 'go' || language === 'ruby'
	const own = hasOptions && beginsText(left, lefts) ? cleaned(data, ofOptions) : data
	const taints = endsHeaders(written, left) ? cleaned(own, ofHeaders) : own
	const mask = addressMask(language)
	if (lefts.length > 0) return lefts.every((it) => (it.clean & mask) === mask) ? cleaned(taints, mask) : taints
	const text = constantOf(left)
	if (text !== undefined) {
		const isValue = language === 'go' && typeof text === 'string' && ofOption.test(text)
		return behindText(text, isValue ? cleaned(taints, maskOf(['command'])) : taints, mask)
	}
	const last =
		written.kind === 'binary' && (written.operator === '+' || written.operator === 'concat') ? written.right : undefined
	if (last?.kind !== 'constant' || typeof last.value !== 'string') return taints
	return behindUnknown(last.value, taints, mask)
}
