import { parentPort, workerData } from 'node:worker_threads'
import { GrammarLibrary } from './grammarLibrary.ts'
import { ParsedDocuments } from './parsedDocuments.ts'
import type { SyntaxMessage, SyntaxReply, SyntaxThreadData } from './syntaxMessages.ts'

const { grammarFolder, runtime } = workerData as SyntaxThreadData
const documents = new ParsedDocuments(new GrammarLibrary(grammarFolder, runtime))
const reply = (message: SyntaxReply) => parentPort?.postMessage(message)
/** One message after the other, also where one has to wait for a grammar. */
let last: Promise<void> = Promise.resolve()

parentPort?.on('message', (message: SyntaxMessage) => {
	last = last.then(() => handle(message)).catch((error: Error) => failed(message, error))
})

async function handle(message: SyntaxMessage): Promise<void> {
	switch (message.kind) {
		case 'open':
			return documents.open(message.document)
		case 'change':
			if (!documents.change(message.change)) reply({ kind: 'lost', documentId: message.change.documentId })
			return
		case 'close':
			return documents.close(message.documentId)
		case 'placeOf':
			reply({ kind: 'answer', id: message.id, value: documents.placeOf(message.place) })
			return
		case 'checkInsertion':
			reply({ kind: 'answer', id: message.id, value: documents.checkInsertion(message.insertion) })
	}
}

function failed(message: SyntaxMessage, error: Error): void {
	if ('id' in message) reply({ kind: 'answer', id: message.id, value: undefined })
	// A parser that failed half-way may be in any state.
	if ('document' in message) documents.close(message.document.documentId)
	reply({ kind: 'failed', message: error.name })
}
