import type { AnswerOrigin } from '../../src/core/completion/outcome.ts'

/** Where a made-up answer came from, with texts that must not turn up where no text belongs. */
export const answered: AnswerOrigin = {
	source: 'model',
	asked: {
		documentId: 'file:///project/secret.ts',
		prompt: { prefix: 'secretPrefix\n', typed: '\tsecretTyped', suffix: '\nsecretSuffix\n}' },
		line: 7,
		answer: 'secretAnswer',
		stopReason: 'stopText',
	},
	acted: [],
}
