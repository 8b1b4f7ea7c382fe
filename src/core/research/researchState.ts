import type { DocumentPage } from '../documentPage.ts'

/** Changes with everything that changes what is kept of a research. */
export const researchVersion = 1

/** What is known so far: kept after each step, so that a research goes on where it was. Plain JSON. */
export interface ResearchState {
	readonly version: typeof researchVersion
	readonly topic: string
	/** How often it may ask what is missing and go on. */
	readonly rounds: number
	/** Rounds that are done; the questions of the first one are asked in round 0. */
	readonly round: number
	readonly questions: readonly ResearchQuestion[]
	readonly isDone: boolean
}

export interface ResearchQuestion {
	readonly text: string
	readonly round: number
	/** Absent: it is not answered yet. */
	readonly answer?: ResearchAnswer
}

export interface ResearchAnswer {
	readonly claims: readonly ResearchClaim[]
	/** What the sources did not say; empty where nothing is missing. */
	readonly missing: string
	/** Citations whose text is not where it is said to be. */
	readonly dropped: number
	/** Claims that had no other citation. */
	readonly unsupported: number
}

export interface ResearchClaim {
	readonly text: string
	readonly confidence: ClaimConfidence
	/** At least one. */
	readonly citations: readonly Citation[]
}

export type ClaimConfidence = 'high' | 'medium' | 'low'

/** Text that stands in a file: it was looked for there. */
export interface Citation {
	readonly path: string
	/** From 0, the end exclusive. */
	readonly startLine: number
	readonly endLine: number
	/** Of a document of pages, such as a PDF. */
	readonly page?: DocumentPage
	readonly quote: string
}

export function newResearch(topic: string, rounds: number): ResearchState {
	return { version: researchVersion, topic, rounds, round: 0, questions: [], isDone: false }
}
