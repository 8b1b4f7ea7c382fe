import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Clock } from '../../shared/clock.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import type { CollectedContext, ContextNews, ContextRequest, ContextSource, ServedDefinition } from './contextSource.ts'
import { namesBefore, type PlacedName } from './placedNames.ts'

/** A language server's answers, as an editor passes them on. Both may take long, and may reject. */
export interface DefinitionServer {
	/** The line of a document as it is now; undefined where there is no such line or document. */
	lineOf(documentId: string, line: number): string | undefined
	/** Where the name at a place is defined, or with `type` where the type of what it names is. Absolute paths, lines from 0. */
	definitionsAt(
		documentId: string,
		place: { readonly line: number; readonly character: number; readonly type: boolean },
	): Promise<readonly { readonly file: string; readonly line: number }[]>
	/** False where nobody may be asked: in a workspace that is not trusted. */
	mayAsk(): boolean
}

/** Milliseconds without a request before a server is asked, and how long its answer to one question is waited for. */
const restMs = 300
const longestAnswerMs = 500
const linesAbove = 12
const mostNames = 8
/** What a document's names meant is forgotten, oldest first. */
const mostKnown = 120
const mostDocuments = 8

/** What is known of a document's names. */
interface KnownNames {
	readonly names: Map<string, Known>
	/** How often something was learnt that was not known. */
	news: number
}

interface Known {
	readonly version: number
	readonly definitions: readonly ServedDefinition[]
}

/**
 * Context with what a language server knows: it is asked while nobody types about the names before the cursor, and what it said by
 * then goes with the next request. No request ever waits for it.
 */
export class ServedContext implements ContextSource, Disposable {
	private readonly source: ContextSource
	private readonly server: DefinitionServer
	private readonly clock: Clock
	private readonly documents = new Map<string, KnownNames>()
	private readonly learnt = new Emitter<string>()
	private waiting: Disposable | undefined
	/** Counts up with every request: what is asked for an older one ends. */
	private latest = 0

	/** Fires with a document's id where a server said something new, so that more may be collected there. */
	readonly onDidLearn = this.learnt.event

	constructor(deps: { readonly source: ContextSource; readonly server: DefinitionServer; readonly clock: Clock }) {
		this.source = deps.source
		this.server = deps.server
		this.clock = deps.clock
	}

	collect(request: ContextRequest, token: CancellationToken): Promise<CollectedContext> {
		const round = ++this.latest
		this.waiting?.dispose()
		this.waiting = this.clock.after(restMs, () => void this.ask(request, round))
		const served = this.knownOf(request)
		return this.source.collect(served.length === 0 ? request : { ...request, served }, token)
	}

	newsOf(documentId: string): ContextNews {
		const { rules, known } = this.source.newsOf?.(documentId) ?? { rules: 0, known: 0 }
		return { rules, known: known + (this.documents.get(documentId)?.news ?? 0) }
	}

	dispose(): void {
		this.latest++
		this.learnt.dispose()
		this.waiting?.dispose()
		this.documents.clear()
	}

	private namesOf({ documentId, line, character }: ContextRequest): PlacedName[] {
		const lines: { readonly line: number; readonly text: string }[] = []
		for (let at = line; at >= Math.max(0, line - linesAbove); at--) {
			const text = this.server.lineOf(documentId, at)
			if (text !== undefined) lines.push({ line: at, text: at === line ? text.slice(0, character) : text })
		}
		return namesBefore(lines, mostNames)
	}

	private knownOf(request: ContextRequest): ServedDefinition[] {
		const known = this.documents.get(request.documentId)
		if (!known) return []
		return this.namesOf(request).flatMap((name) => known.names.get(keyOf(name))?.definitions ?? [])
	}

	/** One question after another, so that the server is there for the editor in between. Never rejects. */
	private async ask(request: ContextRequest, round: number): Promise<void> {
		if (!this.server.mayAsk()) return
		const known = this.ofDocument(request.documentId)
		const before = known.news
		for (const name of this.namesOf(request)) {
			if (round !== this.latest) break
			const key = keyOf(name)
			if (known.names.get(key)?.version === request.version) continue
			const definitions = await this.answerTo(request.documentId, name)
			if (definitions) learn(known, key, { version: request.version, definitions })
		}
		if (known.news !== before) this.learnt.fire(request.documentId)
	}

	/** Undefined where it takes too long or fails. */
	private async answerTo(
		documentId: string,
		{ name, line, character, isReceiver }: PlacedName,
	): Promise<ServedDefinition[] | undefined> {
		let timer: Disposable | undefined
		const late = new Promise<undefined>((resolve) => {
			timer = this.clock.after(longestAnswerMs, () => resolve(undefined))
		})
		const asked = this.server.definitionsAt(documentId, { line, character, type: isReceiver })
		const found = await Promise.race([asked.catch(() => undefined), late])
		timer?.dispose()
		return found?.slice(0, 4).map(({ file, line: at }) => ({ name, file, line: at, isTypeOf: isReceiver }))
	}

	private ofDocument(documentId: string): KnownNames {
		const known = this.documents.get(documentId) ?? { names: new Map<string, Known>(), news: 0 }
		this.documents.delete(documentId)
		this.documents.set(documentId, known)
		const [oldest] = this.documents.keys()
		if (this.documents.size > mostDocuments && oldest !== undefined) this.documents.delete(oldest)
		return known
	}
}

function learn(known: KnownNames, key: string, answer: Known): void {
	const { names } = known
	const said = JSON.stringify(names.get(key)?.definitions ?? [])
	if (JSON.stringify(answer.definitions) !== said) known.news++
	names.delete(key)
	names.set(key, answer)
	const [oldest] = names.keys()
	if (names.size > mostKnown && oldest !== undefined) names.delete(oldest)
}

function keyOf({ name, isReceiver }: PlacedName): string {
	return `${isReceiver ? '.' : ''}${name}`
}
