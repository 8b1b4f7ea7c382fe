import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { DocumentRefusal } from '../../core/chat/readableFiles.ts'
import type { ChatModel } from '../../core/model/ports.ts'
import { type BriefWords, renderBrief } from '../../core/research/renderBrief.ts'
import { newResearch } from '../../core/research/researchState.ts'
import { type ResearchStep, researchTopic } from '../../core/research/researchTopic.ts'
import { PdfReader } from '../../node/documents/pdfReader.ts'
import { readResearch, researchFileIn, writeResearch } from '../../node/research/researchFile.ts'
import { SearchIndex } from '../../node/retrieval/searchIndex.ts'
import { SymbolReader } from '../../node/symbols/symbolReader.ts'
import { GrammarLibrary } from '../../node/syntax/grammarLibrary.ts'
import { CancellationSource } from '../../shared/cancellation.ts'
import { CancelledError } from '../../shared/errors.ts'
import type { CliIo } from '../cliIo.ts'
import type { ResearchOptions } from './researchOptions.ts'

const words: BriefWords = {
	questions: 'What was found',
	open: 'Open questions',
	sources: 'Sources',
	notFound: 'The sources say nothing of it.',
	notSupported: (count) => `Claims that were left out, for nothing that was cited showed them: ${count}.`,
	dropped: (count) => `Citations that were dropped, for their text is not where it was said to be: ${count}.`,
	onPage: (page, lines) => `page ${page}, line ${lines}`,
	notRead: (documents) => `Documents that could not be read: ${documents}`,
	unfinished: 'Not finished: there is more to be asked.',
	confidence: { high: 'high confidence', medium: 'medium confidence', low: 'low confidence' },
}

const unreadReasons: Readonly<Record<DocumentRefusal, string>> = {
	encrypted: 'protected by a password',
	damaged: 'damaged',
	noText: 'pictures alone, no text',
	tooMuch: 'takes too much time or memory',
	tooLarge: 'too large',
	missing: 'not there',
}

export interface ResearchPlaces {
	readonly model: ChatModel
	/** Absolute; what is known of the folder and of the topic is kept in it. */
	readonly cacheFolder: string
}

/**
 * Answers a topic from the files of a folder, and goes on where an earlier run of the same one was interrupted.
 *
 * @returns the brief. Rejects with a `CancelledError` where the person has had enough: what was found is kept
 */
export async function researchFolder(
	{ topic, rounds, folder, restarts }: Omit<ResearchOptions, 'modelPath' | 'output'>,
	{ model, cacheFolder }: ResearchPlaces,
	io: Omit<CliIo, 'print'>,
): Promise<string> {
	const stateFile = researchFileIn(join(cacheFolder, 'research'), `${folder}\n${topic}\n${rounds}`)
	const known = restarts ? undefined : await readResearch(stateFile)
	const cancellation = new CancellationSource()
	const cancel = () => cancellation.cancel()
	if (io.signal.aborted) cancel()
	io.signal.addEventListener('abort', cancel, { once: true })
	const inExtension = (...path: string[]) => join(io.extensionRoot, ...path)
	const grammars = new GrammarLibrary(inExtension('grammars'), inExtension('dist', 'code', 'web-tree-sitter.wasm'))
	const pdf = new PdfReader(inExtension('dist', 'code', 'pdfWorker.cjs'))
	const reader = new SymbolReader(grammars, inExtension('grammars'))
	const index = new SearchIndex({ reader, pdf, embed: async () => [], report: () => {} })
	// Nobody waits for what it was at.
	const closing = cancellation.token.onCancellationRequested(() => void index.close())
	try {
		const name = createHash('sha256').update(folder).digest('hex').slice(0, 32)
		io.complain('reading the folder\n')
		await index.open({
			roots: [{ folder, name: '', excluded: [] }],
			storeFile: join(cacheFolder, 'search', `${name}.bin`),
		})
		const state = await researchTopic(
			known && !known.isDone ? known : newResearch(topic, rounds),
			{
				model,
				search: (question, limit) => index.search(question, { limit }),
				save: (found) => writeResearch(stateFile, found),
				onStep: (step) => io.complain(`${stepText(step)}\n`),
			},
			cancellation.token,
		)
		if (cancellation.token.isCancellationRequested) throw new CancelledError()
		const unread = (index.state.unread ?? []).map(({ path, refused }) => `${path} (${unreadReasons[refused]})`)
		return `${renderBrief(state, words, unread).trimEnd()}\n`
	} finally {
		io.signal.removeEventListener('abort', cancel)
		closing.dispose()
		cancellation.dispose()
		await index.close()
		pdf.dispose()
	}
}

function stepText(step: ResearchStep): string {
	switch (step.kind) {
		case 'planning':
			return 'planning'
		case 'answering':
			return `${step.number}/${step.of} ${step.question}`
		default:
			return `looking for what is missing, round ${step.round + 1}`
	}
}
