import type { TokenId } from '../llama/fimPrompt.ts'

const mostAnswers = 32

/**
 * The tokens that the last answers were made of. A model does not always write a text in the tokens that the text would be
 * cut into; with its own ones the next turn of the conversation finds all of the answer evaluated.
 */
export class AnswerMemory {
	private readonly answers = new Map<string, readonly TokenId[]>()

	remember(text: string, tokens: readonly TokenId[]): void {
		this.answers.delete(text)
		this.answers.set(text, tokens)
		for (const oldest of this.answers.keys()) {
			if (this.answers.size <= mostAnswers) break
			this.answers.delete(oldest)
		}
	}

	tokensOf(text: string): readonly TokenId[] | undefined {
		return this.answers.get(text)
	}
}
