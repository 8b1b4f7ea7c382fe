/** What the receipt calls a filter by. */
export type FilterName =
	| 'dropRepetition'
	| 'dropCutLine'
	| 'dropAfterBlock'
	| 'dropRemnants'
	| 'dropEcho'
	| 'fitIndentation'
	| 'trimEnd'
	| 'joinWithFollowing'
	| 'dropRepeatedLines'
	| 'dropSecondCloser'
	| 'closeOnOwnLine'
	| 'dropWhatBreaks'
	| 'wholeLines'

/** Why an answer is ended while it is written: more of it would be dropped, or the model is lost. */
export type StreamEnd = 'enough' | 'lost'
