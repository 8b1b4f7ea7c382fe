import '../lockedThread.ts'

import { rm } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { ShownFile } from '../../core/model/ports.ts'
import { PdfReader } from '../documents/pdfReader.ts'
import { SymbolReader } from '../symbols/symbolReader.ts'
import { GrammarLibrary } from '../syntax/grammarLibrary.ts'
import { SearchIndex } from './searchIndex.ts'
import {
	type SearchMessage,
	type SearchOrder,
	type SearchReply,
	type SearchThreadData,
	vectorFileOf,
} from './searchMessages.ts'

serve(workerData as SearchThreadData, (message) => parentPort?.postMessage(message))

function serve({ grammarFolder, runtime, pdfWorker }: SearchThreadData, reply: (message: SearchReply) => void): void {
	const reader = new SymbolReader(new GrammarLibrary(grammarFolder, runtime), grammarFolder)
	const pdf = new PdfReader(pdfWorker)
	const embedding = new Map<number, (vectors: readonly (readonly number[])[]) => void>()
	let nextId = 1
	let index: SearchIndex | undefined
	let storeFile: string | undefined
	let round = 0
	let isPaused = false
	/** Orders one after the other; questions do not wait for them. */
	let last: Promise<void> = Promise.resolve()

	const failed = (error: Error) => reply({ kind: 'failed', message: error.name })
	const embed = (texts: readonly string[], shown: readonly ShownFile[]) =>
		new Promise<readonly (readonly number[])[]>((resolve) => {
			const id = nextId++
			embedding.set(id, resolve)
			reply({ kind: 'embed', id, texts, shown })
		})

	const close = async () => {
		await index?.close()
		index = undefined
		storeFile = undefined
	}

	const open = async (order: SearchOrder, ofRound: number) => {
		round = ofRound
		if (order.storeFile !== storeFile) await close()
		storeFile = order.storeFile
		index ??= new SearchIndex({ reader, pdf, embed, report: (state) => reply({ kind: 'state', state, round }) })
		index.pause(isPaused)
		index.open(order).catch(failed)
	}

	const forget = async (file: string) => {
		await close()
		await rm(file, { force: true })
		await rm(vectorFileOf(file), { force: true })
	}

	const search = async ({ id, question, limit, vector }: Extract<SearchMessage, { readonly kind: 'search' }>) => {
		const query = vector && Float32Array.from(vector)
		const hits = await index?.search(question, { limit, vector: query }).catch((error: Error) => {
			failed(error)
			return undefined
		})
		reply({ kind: 'hits', id, hits: hits ?? [] })
	}

	parentPort?.on('message', (message: SearchMessage) => {
		switch (message.kind) {
			case 'index':
				last = last.then(() => open(message.order, message.round)).catch(failed)
				return
			case 'forget':
				last = last.then(() => forget(message.storeFile)).catch(failed)
				return
			case 'pause':
				isPaused = message.isPaused
				index?.pause(isPaused)
				return
			case 'files':
				last = last.then(() => void index?.changed(message.paths).catch(failed))
				return
			case 'embedded':
				embedding.get(message.id)?.(message.vectors)
				embedding.delete(message.id)
				return
			case 'search':
				last = last.then(() => void search(message))
		}
	})
}
