import '../lockedThread.ts'

import { rm } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { keyOf } from '../../core/context/nameKeys.ts'
import type { Definition } from '../../core/context/symbols/fileSymbols.ts'
import type { InsertionCheck, StructurePlace } from '../../core/syntax/codeStructure.ts'
import { grammarOfLanguage } from '../../core/syntax/grammarOf.ts'
import { unknownNames } from '../../core/syntax/unknownNames.ts'
import { ContextCollector } from '../symbols/contextCollector.ts'
import { SymbolReader } from '../symbols/symbolReader.ts'
import { WorkspaceIndex } from '../symbols/workspaceIndex.ts'
import type { CodeMessage, CodeReply, CodeThreadData, IndexOrder } from './codeMessages.ts'
import { GrammarLibrary } from './grammarLibrary.ts'
import { LibraryNames } from './libraryNames.ts'
import { type Insertion, ParsedDocuments } from './parsedDocuments.ts'

serve(workerData as CodeThreadData, (message) => parentPort?.postMessage(message))

function serve({ grammarFolder, runtime }: CodeThreadData, reply: (message: CodeReply) => void): void {
	const grammars = new GrammarLibrary(grammarFolder, runtime)
	const documents = new ParsedDocuments(grammars)
	const library = new LibraryNames(grammarFolder)
	const symbols = new SymbolReader(grammars, grammarFolder)
	let index: WorkspaceIndex | undefined
	let storeFile: string | undefined
	let round = 0
	let context: ContextCollector | undefined
	/** One message after the other, also where one has to wait for a grammar. */
	let last: Promise<void> = Promise.resolve()
	parentPort?.on('message', (message: CodeMessage) => {
		last = last.then(() => handle(message)).catch((error: Error) => failed(message, error))
	})

	const handle = async (message: CodeMessage): Promise<void> => {
		switch (message.kind) {
			case 'open':
				await documents.open(message.document)
				context?.opened(message.document.documentId)
				await loadNames(message.document.languageId)
				return
			case 'change':
				context?.changing(message.change)
				if (!documents.change(message.change)) reply({ kind: 'lost', documentId: message.change.documentId })
				return
			case 'close':
				await context?.closed(message.documentId)
				return documents.close(message.documentId)
			case 'index':
				return openIndex(message.order, message.round)
			case 'forget':
				await closeIndex()
				return rm(message.storeFile, { force: true })
			case 'files':
				index?.changed(message.paths).catch(indexFailed(round))
				return
			case 'collect':
				reply({ kind: 'answer', id: message.id, value: await context?.collect(message.request) })
				return
			case 'placeOf':
				reply({ kind: 'answer', id: message.id, value: documents.placeOf(message.place) })
				return void setImmediate(() => prepareCheck(message.place))
			case 'outline':
				return reply({ kind: 'answer', id: message.id, value: await outlined(message.languageId, message.text) })
			case 'checkInsertion':
				return reply({ kind: 'answer', id: message.id, value: checked(message.insertion) })
		}
	}

	const outlined = async (languageId: string, text: string): Promise<readonly Definition[] | undefined> => {
		const grammar = grammarOfLanguage(languageId)
		return grammar && (await symbols.read({ path: '', grammar, text }))?.definitions
	}

	/** Whoever asks for a place asks what a suggestion does there, once the model has answered. */
	const prepareCheck = (place: StructurePlace): void => {
		try {
			documents.prepareCheck(place)
		} catch (error) {
			reply({ kind: 'failed', message: (error as Error).name })
		}
	}

	const checked = (insertion: Insertion): InsertionCheck | undefined => {
		const check = documents.checkInsertion(insertion)
		const document = documents.get(insertion.place.documentId)
		const grammar = document && grammarOfLanguage(document.languageId)
		if (!check || !document || !grammar) return check
		const table = index?.table
		const names = unknownNames(check, {
			grammar,
			text: document.text,
			filesRead: index?.isWhole ? index.table.size.files : undefined,
			// What is used anywhere is known, whether it is defined here or comes with a package.
			inWorkspace: (name) => table !== undefined && (table.knows(name) || table.mentionedIn(keyOf(name)) > 0),
			inLibrary: library.of(grammar),
		})
		return names ? { ...check, unknownNames: names } : check
	}

	/** A file that is being written would come back after it was deleted. */
	const closeIndex = async (): Promise<void> => {
		await index?.close()
		index = undefined
		context?.dispose()
		context = undefined
		storeFile = undefined
	}

	/** Does not wait for the index: questions are answered while it is made. */
	const openIndex = async (order: IndexOrder, ofRound: number): Promise<void> => {
		round = ofRound
		if (order.storeFile !== storeFile) await closeIndex()
		storeFile = order.storeFile
		index ??= new WorkspaceIndex({
			reader: symbols,
			storeFile: order.storeFile,
			report: (progress) => reply({ kind: 'indexed', progress, round }),
		})
		context ??= new ContextCollector({ documents, index })
		index.open(order.roots).catch(indexFailed(round))
		for (const [documentId] of documents.all()) context.opened(documentId)
	}

	const indexFailed = (ofRound: number) => (error: Error) => {
		reply({ kind: 'failed', message: error.name })
		reply({ kind: 'indexed', progress: undefined, round: ofRound })
	}

	/** A language whose list is damaged is judged by the workspace alone. */
	const loadNames = async (languageId: string): Promise<void> => {
		const grammar = grammarOfLanguage(languageId)
		if (!grammar) return
		await library.load(grammar).catch((error: Error) => reply({ kind: 'failed', message: error.name }))
	}

	const failed = (message: CodeMessage, error: Error) => {
		if ('id' in message) reply({ kind: 'answer', id: message.id, value: undefined })
		// A parser that failed half-way may be in any state.
		if ('document' in message) documents.close(message.document.documentId)
		reply({ kind: 'failed', message: error.name })
	}
}
