/** What the receipt calls a filter by. */
export type FilterName =
	| 'dropRepetition'
	| 'dropCutLine'
	| 'dropRemnants'
	| 'dropEcho'
	| 'fitIndentation'
	| 'trimEnd'
	| 'joinWithFollowing'
	| 'dropRepeatedLines'
	| 'dropSecondCloser'
	| 'dropWhatBreaks'
