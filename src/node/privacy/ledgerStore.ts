import { createHash } from 'node:crypto'
import { open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
	type ChainPlace,
	chainStart,
	lineOf,
	note,
	recordOf,
	removedNote,
	type Sha256,
} from '../../core/privacy/ledger/ledgerChain.ts'
import type { LedgerEntry } from '../../core/privacy/ledger/ledgerEntry.ts'

export const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex')

export interface LedgerLimits {
	/** Bytes after which the next file is begun. */
	readonly fileBytes: number
	readonly files: number
	/** Files whose last record is older are deleted. */
	readonly days: number
}

/** The end of the chain, kept beside its files. */
export interface Head extends ChainPlace {
	readonly file: string
	/** Of that file, up to and with the record. */
	readonly bytes: number
}

const ownFile = /^ledger-(\d{6})\.jsonl$/
const nameOf = (number: number) => `ledger-${String(number).padStart(6, '0')}.jsonl`
const dayMs = 86_400_000

/** The files of the ledger. Nothing here is safe to call without the lock. */
export class LedgerStore {
	private readonly folder: string
	private readonly headFile: string

	constructor(folder: string) {
		this.folder = folder
		this.headFile = join(folder, 'head.json')
	}

	/** Names of the files, the oldest first. */
	async files(): Promise<readonly string[]> {
		const names = await readdir(this.folder).catch(() => [])
		return names.filter((name) => ownFile.test(name)).sort()
	}

	/** @param from bytes that are left out, up to the end of a record */
	async read(name: string, from = 0): Promise<string> {
		const path = join(this.folder, name)
		if (from === 0) return readFile(path, 'utf8')
		const handle = await open(path, 'r')
		try {
			const { size } = await handle.stat()
			const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(0, size - from)), { position: from })
			return buffer.toString('utf8', 0, bytesRead)
		} finally {
			await handle.close()
		}
	}

	async head(): Promise<Head | undefined> {
		try {
			const value: unknown = JSON.parse(await readFile(this.headFile, 'utf8'))
			return isHead(value) ? value : undefined
		} catch {
			return undefined
		}
	}

	/** Writes entries behind what is there, and mends what a crash has left. Resolves when it is on the disk. */
	async append(
		entries: readonly LedgerEntry[],
		{ now, limits, anchor }: { now: Date; limits: LedgerLimits; anchor: ChainPlace | undefined },
	): Promise<ChainPlace> {
		const { end, notes } = await this.repaired(now, anchor)
		const turned = await this.turned(end, now, limits)
		let place: ChainPlace = turned.end
		let text = ''
		for (const entry of [...notes, ...turned.notes, ...entries]) {
			const next = lineOf(entry, place, sha256)
			place = next.place
			text += `${next.line}\n`
		}
		const handle = await open(join(this.folder, turned.end.file), 'a', 0o600)
		try {
			await handle.appendFile(text)
			// A head must never be on the disk before what it says is there.
			await handle.datasync()
		} finally {
			await handle.close()
		}
		await this.writeHead({ ...place, file: turned.end.file, bytes: turned.end.bytes + Buffer.byteLength(text) })
		for (const name of turned.old) await rm(join(this.folder, name), { force: true })
		return place
	}

	/** The end of the chain, after what was torn is cut off; and what is to be said of that. */
	private async repaired(now: Date, anchor: ChainPlace | undefined): Promise<{ end: Head; notes: LedgerEntry[] }> {
		const names = await this.files()
		const last = names.at(-1)
		const head = await this.head()
		const time = now.toISOString()
		if (last === undefined) {
			// What was there is gone: the chain goes on from what is known of it, so that the gap shows.
			const known = (head?.seq ?? 0) >= (anchor?.seq ?? 0) ? head : anchor
			const end = { ...(known ?? chainStart), file: nameOf(numberOf(head?.file) + 1), bytes: 0 }
			return { end, notes: known ? [note(time, 'filesMissing', `up to record ${known.seq}`)] : [] }
		}
		const size = (await stat(join(this.folder, last))).size
		if (head && head.file === last && head.bytes === size) return { end: head, notes: [] }
		return this.readOn(last, head, time)
	}

	/** Somebody wrote and did not come to write the head; or the files are not those that it is of. */
	private async readOn(
		last: string,
		head: Head | undefined,
		time: string,
	): Promise<{ end: Head; notes: LedgerEntry[] }> {
		const bytes = await readFile(join(this.folder, last))
		// As bytes: a torn line may end within a character.
		const whole = bytes.lastIndexOf(10) + 1
		const notes: LedgerEntry[] = []
		if (whole < bytes.length) {
			await truncate(join(this.folder, last), whole)
			notes.push(note(time, 'repaired', `${bytes.length - whole} bytes of an unfinished record`))
		}
		const record = lastRecordOf(bytes.subarray(0, whole).toString())
		const found = record ? { seq: record.seq, hash: record.hash } : undefined
		if (!head) notes.push(note(time, 'headMissing', 'made anew from the files'))
		// Never back: what the head says was written was written, and its absence has to show.
		const place = found && found.seq > (head?.seq ?? 0) ? found : (head ?? chainStart)
		return { end: { ...place, file: last, bytes: whole }, notes }
	}

	/** Begins another file where this one is full or of another day, and says which old ones go. */
	private async turned(
		end: Head,
		now: Date,
		{ fileBytes, files, days }: LedgerLimits,
	): Promise<{ end: Head; notes: LedgerEntry[]; old: readonly string[] }> {
		if (end.bytes === 0) return { end, notes: [], old: [] }
		const { mtime } = await stat(join(this.folder, end.file))
		const isOfToday = mtime.toISOString().slice(0, 10) === now.toISOString().slice(0, 10)
		if (end.bytes < fileBytes && isOfToday) return { end, notes: [], old: [] }
		const next = { ...end, file: nameOf(numberOf(end.file) + 1), bytes: 0 }
		const names = await this.files()
		const old: string[] = []
		for (const name of names) {
			const isOver = names.length - old.length >= files
			const age = now.getTime() - (await stat(join(this.folder, name))).mtimeMs
			if (!isOver && age < days * dayMs) break
			old.push(name)
		}
		const lastOld = old.at(-1)
		const gone = lastOld === undefined ? undefined : lastRecordOf(await this.read(lastOld))
		return { end: next, notes: gone ? [removedNote(now.toISOString(), gone)] : [], old }
	}

	private async writeHead(head: Head): Promise<void> {
		const made = `${this.headFile}.new`
		await writeFile(made, JSON.stringify(head), { mode: 0o600 })
		await rename(made, this.headFile)
	}
}

function numberOf(file: string | undefined): number {
	return Number(ownFile.exec(file ?? '')?.[1] ?? 0)
}

function lastRecordOf(text: string) {
	const lines = text.trimEnd().split('\n')
	return recordOf(lines.at(-1) ?? '')
}

function isHead(value: unknown): value is Head {
	if (typeof value !== 'object' || value === null) return false
	const { seq, hash, file, bytes } = value as Readonly<Record<string, unknown>>
	return (
		Number.isSafeInteger(seq) &&
		typeof hash === 'string' &&
		/^[0-9a-f]{64}$/.test(hash) &&
		typeof file === 'string' &&
		ownFile.test(file) &&
		Number.isSafeInteger(bytes)
	)
}
