import { parentPort, workerData } from 'node:worker_threads'
import { GrammarLibrary } from './grammarLibrary.ts'
import { ParsedDocuments } from './parsedDocuments.ts'
import type { SyntaxMessage, SyntaxReply, SyntaxThreadData } from './syntaxMessages.ts'

serve(workerData as SyntaxThreadData, (message) => parentPort?.postMessage(message))

function serve({ grammarFolder, runtime }: SyntaxThreadData, reply: (message: SyntaxReply) => void): void {
	const documents = new ParsedDocuments(new GrammarLibrary(grammarFolder, runtime))
	/** One message after the other, also where one has to wait for a grammar. */
	let last: Promise<void> = Promise.resolve()
	parentPort?.on('message', (message: SyntaxMessage) => {
		last = last.then(() => handle(message)).catch((error: Error) => failed(message, error))
	})

	const handle = async (message: SyntaxMessage): Promise<void> => {
		switch (message.kind) {
			case 'open':
				return documents.open(message.document)
			case 'change':
				if (!documents.change(message.change)) reply({ kind: 'lost', documentId: message.change.documentId })
				return
			case 'close':
				return documents.close(message.documentId)
			case 'placeOf':
				return reply({ kind: 'answer', id: message.id, value: documents.placeOf(message.place) })
			case 'checkInsertion':
				return reply({ kind: 'answer', id: message.id, value: documents.checkInsertion(message.insertion) })
		}
	}

	const failed = (message: SyntaxMessage, error: Error) => {
		if ('id' in message) reply({ kind: 'answer', id: message.id, value: undefined })
		// A parser that failed half-way may be in any state.
		if ('document' in message) documents.close(message.document.documentId)
		reply({ kind: 'failed', message: error.name })
	}
}
