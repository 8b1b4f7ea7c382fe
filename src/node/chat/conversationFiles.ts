import { createHash, randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConversationStore, ConversationSummary, SetAside } from '../../core/chat/chatPorts.ts'
import type { Conversation } from '../../core/chat/conversation.ts'
import { mergeConversations } from '../../core/chat/mergeConversations.ts'
import { matchWords, snippetOf, summaryOf } from '../../core/chat/searchConversation.ts'
import type { Disposable } from '../../shared/disposable.ts'
import { codeOf } from '../../shared/errors.ts'
import { Emitter } from '../../shared/event.ts'
import { takeFileLock } from '../fileLock.ts'
import { type More, parseConversation, parseMore } from './conversationSchema.ts'

/** Changes with everything that an older program could not read. */
const version = 1
/** Milliseconds for a window that saves the same conversation, which takes it a few. */
const longestWaitMs = 3_000
/** Bytes; a file that is larger is none of ours. */
const largest = 256 * 1024 * 1024
const ownFile = /^([\w-]{1,64})\.json$/
/** Milliseconds after which a journal that nobody writes to is of a window that is gone. */
const oldJournal = 3_600_000

interface Known {
	readonly stamp: string
	readonly summary: ConversationSummary
}

/**
 * Conversations in a folder: one JSON file each, with a checksum, and for each window a journal of what came to an answer since. The
 * journal survives the end of a process, not that of the machine; the file survives both. Calls for one conversation take effect in
 * their order. Several windows may write to one: who finds more than was known to it keeps both.
 */
export class ConversationFiles implements ConversationStore, Disposable {
	private readonly folder: string
	private readonly setAsides = new Emitter<SetAside>()
	private readonly queues = new Map<string, Promise<unknown>>()
	private readonly known = new Map<string, Known>()
	/** Which states of the files this window wrote: it knows all that is in them. */
	private readonly written = new Map<string, string>()
	/** What other windows had made of conversations: who saves next may not have heard of it. */
	private readonly foreign = new Map<string, Conversation>()
	/** Names the journals of this window. */
	private readonly writer = randomBytes(6).toString('hex')
	readonly onDidSetAside = this.setAsides.event

	/** @param folder absolute; made when something is written */
	constructor(folder: string) {
		this.folder = folder
	}

	async list(): Promise<readonly ConversationSummary[]> {
		const summaries: ConversationSummary[] = []
		for (const id of await this.ids()) {
			const summary = await this.summary(id)
			if (summary) summaries.push(summary)
		}
		return summaries.sort((a, b) => b.changedAt - a.changedAt)
	}

	async search(query: string): Promise<readonly ConversationSummary[]> {
		const found: ConversationSummary[] = []
		for (const id of await this.ids()) {
			const conversation = await this.load(id)
			const match = conversation && matchWords(conversation, query)
			if (match) found.push({ ...summaryOf(conversation), ...snippetOf(match) })
		}
		return found.sort((a, b) => b.changedAt - a.changedAt)
	}

	load(id: string): Promise<Conversation | undefined> {
		return this.inTurn(id, () => this.read(id))
	}

	save(conversation: Conversation): Promise<Conversation | undefined> {
		const { id } = conversation
		return this.inTurn(id, async () => {
			await mkdir(this.folder, { recursive: true, mode: 0o700 })
			// Where it cannot be had it is saved all the same: who writes must not lose more than who waits.
			const release = await takeFileLock(`${this.file(id)}.lock`, longestWaitMs)
			try {
				const isOurs = this.written.get(id) === stampOf(await stat(this.file(id)).catch(() => undefined))
				const read = isOurs ? undefined : await this.read(id)
				const theirs = read ?? this.foreign.get(id)
				const merged = theirs && mergeConversations(conversation, theirs)
				if (merged) this.foreign.set(id, merged)
				await this.write(merged ?? conversation)
				await this.removeJournals(id, read !== undefined)
				return merged
			} finally {
				await release?.()
			}
		})
	}

	append({ id, ...more }: { readonly id: string } & More): Promise<void> {
		return this.inTurn(id, () => appendFile(this.journal(id), `${JSON.stringify(more)}\n`, { mode: 0o600 }))
	}

	delete(id: string): Promise<void> {
		return this.inTurn(id, async () => {
			this.known.delete(id)
			this.foreign.delete(id)
			// The journal alone is nothing: the other order could leave a conversation without its end.
			await rm(this.file(id), { force: true })
			for (const journal of await this.journals(id)) await rm(journal, { force: true })
		})
	}

	dispose(): void {
		this.setAsides.dispose()
	}

	private async ids(): Promise<readonly string[]> {
		try {
			return (await readdir(this.folder)).flatMap((name) => ownFile.exec(name)?.[1] ?? [])
		} catch (error) {
			if (isMissing(error)) return []
			throw error
		}
	}

	private async summary(id: string): Promise<ConversationSummary | undefined> {
		const facts = await stat(this.file(id)).catch(() => undefined)
		if (!facts) return undefined
		const stamp = stampOf(facts) ?? ''
		const known = this.known.get(id)
		if (known?.stamp === stamp) return known.summary
		const conversation = await this.load(id)
		if (!conversation) return undefined
		const summary = summaryOf(conversation)
		this.known.set(id, { stamp, summary })
		return summary
	}

	private async read(id: string): Promise<Conversation | undefined> {
		const file = this.file(id)
		let text: string
		try {
			if ((await stat(file)).size > largest) return await this.setAside(file)
			text = await readFile(file, 'utf8')
		} catch (error) {
			if (isMissing(error)) return undefined
			throw error
		}
		const conversation = decode(text)
		if (conversation?.id !== id) return this.setAside(file)
		let whole = conversation
		for (const journal of await this.journals(id)) {
			whole = withMore(whole, await readFile(journal, 'utf8').catch(() => ''))
		}
		return whole
	}

	private async setAside(file: string): Promise<undefined> {
		const path = `${file}.damaged-${randomBytes(3).toString('hex')}`
		await rename(file, path)
		this.setAsides.fire({ path })
		return undefined
	}

	/** There whole or not at all, also after the machine lost its power; readable by its owner only. */
	private async write(conversation: Conversation): Promise<void> {
		const file = this.file(conversation.id)
		const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
		try {
			const handle = await open(draft, 'wx', 0o600)
			try {
				await handle.writeFile(encode(conversation))
				await handle.sync()
			} finally {
				await handle.close()
			}
			await rename(draft, file)
			this.written.set(conversation.id, stampOf(await stat(file)) ?? '')
		} catch (error) {
			await rm(draft, { force: true }).catch(() => {})
			throw error
		}
	}

	private file(id: string): string {
		if (!/^[\w-]{1,64}$/.test(id)) throw new Error('No such conversation')
		return join(this.folder, `${id}.json`)
	}

	/** Of this window. */
	private journal(id: string): string {
		return `${this.file(id).slice(0, -'.json'.length)}.${this.writer}.jsonl`
	}

	/** Of all windows. */
	private async journals(id: string): Promise<readonly string[]> {
		const own = new RegExp(`^${id}(\\.\\w+)?\\.jsonl$`)
		const names = await readdir(this.folder).catch(() => [])
		return names.filter((name) => own.test(name)).map((name) => join(this.folder, name))
	}

	/** Those that are in the file now: of this window, and of windows that are gone. */
	private async removeJournals(id: string, areRead: boolean): Promise<void> {
		await rm(this.journal(id), { force: true })
		if (!areRead) return
		for (const journal of await this.journals(id)) {
			const facts = await stat(journal).catch(() => undefined)
			if (facts && Date.now() - facts.mtimeMs > oldJournal) await rm(journal, { force: true })
		}
	}

	private inTurn<T>(id: string, run: () => Promise<T>): Promise<T> {
		const result = (this.queues.get(id) ?? Promise.resolve()).then(run)
		const settled = result.catch(() => {})
		this.queues.set(id, settled)
		void settled.then(() => {
			if (this.queues.get(id) === settled) this.queues.delete(id)
		})
		return result
	}
}

function stampOf(facts: Stats | undefined): string | undefined {
	return facts && `${facts.mtimeMs}/${facts.size}/${facts.ino}`
}

function encode(conversation: Conversation): string {
	const text = JSON.stringify(conversation)
	return `{"version":${version},"sha256":"${hashOf(text)}","conversation":${text}}\n`
}

function decode(text: string): Conversation | undefined {
	const [, found, hash = '', inner = ''] =
		/^\{"version":(\d+),"sha256":"(\w{64})","conversation":([\s\S]*)\}\n$/.exec(text) ?? []
	if (Number(found) !== version || hashOf(inner) !== hash) return undefined
	return parseConversation(JSON.parse(inner))
}

function hashOf(text: string): string {
	return createHash('sha256').update(text).digest('hex')
}

/** What was kept of answers since the file was written; what is in it already counts once. */
function withMore(conversation: Conversation, journal: string): Conversation {
	if (journal === '') return conversation
	const texts = new Map(conversation.nodes.map((node) => [node.id, node.text]))
	for (const line of journal.split('\n')) {
		const more = parseMore(line)
		const text = more && texts.get(more.node)
		if (text === undefined || more === undefined || more.at > text.length) continue
		const added = more.text.slice(text.length - more.at)
		texts.set(more.node, text + added)
	}
	const nodes = conversation.nodes.map((node) =>
		node.role === 'assistant' ? { ...node, text: texts.get(node.id) ?? node.text } : node,
	)
	return { ...conversation, nodes }
}

function isMissing(error: unknown): boolean {
	return codeOf(error) === 'ENOENT'
}
