import * as vscode from 'vscode'
import type { WorkspaceSearch } from '../../../core/chat/chatPorts.ts'
import type { Attachment } from '../../../core/chat/conversation.ts'
import type { CancellationToken } from '../../../shared/cancellation.ts'
import type { Clock } from '../../../shared/clock.ts'
import { isCodeDocument } from '../../completion/codeDocument.ts'
import { pathOf, placeOf } from '../workspacePaths.ts'

export interface NamedPlace {
	readonly name: string
	/** The class or module that it is in; empty where there is none. */
	readonly container: string
	readonly uri: vscode.Uri
	readonly range: vscode.Range
}

/** Milliseconds that providers of other extensions get: some read a whole project first. */
const longestWait = 3_000
const mostHits = 30

/** What a document defines, as the extension for its language says; empty where there is none. */
export async function documentSymbols(uri: vscode.Uri, clock: Clock): Promise<readonly NamedPlace[]> {
	const found = await within(
		clock,
		vscode.commands.executeCommand<readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>(
			'vscode.executeDocumentSymbolProvider',
			uri,
		),
	)
	return (found ?? []).flatMap((symbol) => flattened(symbol, uri, ''))
}

/** What the extensions for the languages of the workspace find by a name. */
export async function workspaceSymbols(query: string, clock: Clock): Promise<readonly NamedPlace[]> {
	const found = await within(
		clock,
		vscode.commands.executeCommand<readonly vscode.SymbolInformation[] | undefined>(
			'vscode.executeWorkspaceSymbolProvider',
			query,
		),
	)
	return (found ?? [])
		.filter(({ location }) => isCodeDocument(location.uri.scheme))
		.map(({ name, containerName, location }) => ({
			name: plainName(name),
			container: containerName ?? '',
			uri: location.uri,
			range: location.range,
		}))
}

/**
 * What `@symbol:NAME` means: `total`, `Cart.total`, or `src/cart.ts#total`. The file in view comes first, then what the extensions for
 * the languages know, then the index. One that is found nowhere has no path.
 */
export async function findSymbol(
	written: string,
	deps: { readonly clock: Clock; readonly search?: WorkspaceSearch },
	token: CancellationToken,
): Promise<Extract<Attachment, { kind: 'symbol' }>> {
	const hash = written.lastIndexOf('#')
	const file = hash > 0 ? written.slice(0, hash) : undefined
	const [name = '', ...containers] = written
		.slice(hash + 1)
		.split(/[.:]+/)
		.reverse()
	const wanted = { name, container: containers.reverse().join('.') }
	const place = file === undefined ? undefined : await placeOf(file)
	const inView = vscode.window.activeTextEditor?.document.uri
	for (const uri of place ? [place.uri] : inView && isCodeDocument(inView.scheme) ? [inView] : []) {
		const found = best(await documentSymbols(uri, deps.clock), wanted)
		if (found) return attachmentOf(found)
	}
	if (!place && !token.isCancellationRequested) {
		const named = best(await workspaceSymbols(name, deps.clock), wanted)
		if (named) return attachmentOf(await withWholeRange(named, deps.clock))
	}
	const hits = deps.search && deps.search.state.kind !== 'off' ? await deps.search.search(name, mostHits, token) : []
	const hit = hits.find((it) => lastName(it.name) === name && (file === undefined || it.path.endsWith(file)))
	if (!hit) return { kind: 'symbol', name: written, path: '', startLine: 0, endLine: 0 }
	return { kind: 'symbol', name: written, path: hit.path, startLine: hit.startLine, endLine: hit.endLine }
}

/** The innermost function or class around a place; undefined where there is none, or nobody knows. */
export async function symbolAround(
	uri: vscode.Uri,
	position: vscode.Position,
	clock: Clock,
): Promise<NamedPlace | undefined> {
	const around = (await documentSymbols(uri, clock)).filter(
		({ range }) => range.contains(position) && range.end.line > range.start.line,
	)
	return around.sort((a, b) => lineCount(a.range) - lineCount(b.range))[0]
}

export function attachmentOf({ name, uri, range }: NamedPlace): Extract<Attachment, { kind: 'symbol' }> {
	return {
		kind: 'symbol',
		name,
		path: pathOf(uri),
		startLine: range.start.line,
		endLine: range.end.character === 0 && range.end.line > range.start.line ? range.end.line : range.end.line + 1,
	}
}

/** Those of workspaces are often told by the place of their names alone. */
async function withWholeRange(symbol: NamedPlace, clock: Clock): Promise<NamedPlace> {
	if (symbol.range.end.line > symbol.range.start.line) return symbol
	const same = (await documentSymbols(symbol.uri, clock)).filter(
		({ name, range }) => name === symbol.name && range.contains(symbol.range.start),
	)
	return same.sort((a, b) => lineCount(a.range) - lineCount(b.range))[0] ?? symbol
}

function best(
	symbols: readonly NamedPlace[],
	wanted: { readonly name: string; readonly container: string },
): NamedPlace | undefined {
	const named = symbols.filter(({ name }) => name === wanted.name)
	const inContainer = named.find(({ container }) => wanted.container !== '' && container.endsWith(wanted.container))
	return inContainer ?? named[0]
}

function flattened(
	symbol: vscode.DocumentSymbol | vscode.SymbolInformation,
	uri: vscode.Uri,
	container: string,
): readonly NamedPlace[] {
	if ('location' in symbol) {
		const { name, containerName, location } = symbol
		return [{ name: plainName(name), container: containerName ?? '', uri, range: location.range }]
	}
	const name = plainName(symbol.name)
	const inner = container === '' ? name : `${container}.${name}`
	return [{ name, container, uri, range: symbol.range }, ...symbol.children.flatMap((it) => flattened(it, uri, inner))]
}

/** Some put parameters behind the name. */
function plainName(name: string): string {
	return name.replace(/\(.*$/s, '').trim()
}

function lastName(name: string | undefined): string | undefined {
	return name?.split(/[.:#]+/).pop()
}

function lineCount({ start, end }: vscode.Range): number {
	return end.line - start.line
}

/** Undefined where it takes too long or fails: it is another extension's. */
function within<T>(clock: Clock, answer: Thenable<T>): Promise<T | undefined> {
	return new Promise((resolve) => {
		const timer = clock.after(longestWait, () => resolve(undefined))
		const settle = (value: T | undefined) => {
			timer.dispose()
			resolve(value)
		}
		answer.then(settle, () => settle(undefined))
	})
}
