import type { GgufHeader } from './header.ts'
import { type ModelFacts, modelFacts } from './modelFacts.ts'

/** A model of one file or several. */
export interface GgufModel {
	/** Of the first part, which alone has the model's metadata. */
	readonly header: GgufHeader
	readonly facts: ModelFacts
	/** All parts together. */
	readonly fileBytes: number
	readonly tensorBytes: number
	/** Numbers in all tensors together. */
	readonly parameters: number
}

/** @param first of the headers of all its parts, in order @throws GgufFormatError */
export function ggufModel(first: GgufHeader, rest: readonly GgufHeader[]): GgufModel {
	const headers = [first, ...rest]
	const tensors = headers.flatMap((header) => header.tensors)
	const sum = (of: (header: GgufHeader) => number) => headers.reduce((total, header) => total + of(header), 0)
	return {
		header: first,
		facts: modelFacts(first.metadata, tensors),
		fileBytes: sum((header) => header.fileBytes),
		tensorBytes: sum((header) => header.tensorBytes),
		parameters: tensors.reduce((total, { shape }) => total + shape.reduce((product, length) => product * length, 1), 0),
	}
}
