/** A problem with the model in a few words, and in a message that names the file, the reason and the way out. */
export interface ProblemText {
	readonly short: string
	readonly message: string
}
