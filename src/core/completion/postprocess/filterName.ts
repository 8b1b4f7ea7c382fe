/** What the receipt calls a filter by. */
export type FilterName =
	| 'dropRepetition'
	| 'dropCutLine'
	| 'trimEnd'
	| 'joinWithFollowing'
	| 'dropRepeatedLines'
	| 'dropSecondCloser'
	| 'dropWhatBreaks'
