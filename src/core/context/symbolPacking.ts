import type { GrammarName } from '../syntax/grammarOf.ts'
import type { Candidate } from './candidateSet.ts'
import type { ChunkBudget } from './chunkBudget.ts'
import { scopeOf, symbolChunk, symbolText, withDoc } from './symbolChunks.ts'

export interface RankedSymbol {
	readonly candidate: Candidate
	/** From 0 to 1; of all candidates of a place together 1. */
	readonly likely: number
}

/** What is less likely than this to be named next costs more to read than it helps. */
const leastLikely = 0.000_02
/** Measured: documented from 0.05 on costs 0.2 points of recall at 1024 tokens, from 0.01 on 0.9, and from here on nothing. */
const enoughForDoc = 0.1
const enoughForAll = 0.01
const shortSignature = 80
const worthOfTwin = 0.1
/** What the shortest definition takes; of the likeliest, so many are looked at as could have room. */
const tokensOfOffer = 2
/** Characters that a definition takes beside its own: a line break, an indent, its share of the line that names its type. */
const besideText = 5

interface Offer {
	readonly candidate: Candidate
	readonly text: string
	readonly likely: number
	readonly cost: number
}

/** What one file has to offer, the best first. */
interface FileOffer {
	readonly offers: Offer[]
	/** Worth per character of the next one; before the first one is taken of the best beginning of the list, which pays for the file's name. */
	value: number
	next: number
}

/** Takes as much worth as there is room for, where a file's name and a type's name are paid for once. */
export function takeSymbols(symbols: readonly RankedSymbol[], grammar: GrammarName, room: ChunkBudget): void {
	const open = filesOf(symbols, grammar, Math.ceil(room.left / tokensOfOffer))
	while (open.length > 0 && room.left >= 6) {
		let best = 0
		for (let at = 1; at < open.length; at++) if ((open[at]?.value ?? 0) > (open[best]?.value ?? 0)) best = at
		const file = open[best]
		const offer = file?.offers[file.next]
		if (!file || !offer) return
		const { definition } = offer.candidate
		const chunk = symbolChunk(offer.candidate, offer.text)
		room.take(chunk, undefined, { scope: scopeOf(definition), declares: definition.name })
		const following = file.offers[++file.next]
		if (following) file.value = following.likely / following.cost
		else open.splice(best, 1)
	}
}

function filesOf(symbols: readonly RankedSymbol[], grammar: GrammarName, most: number): FileOffer[] {
	const byPath = new Map<string, Offer[]>()
	const worthIt = symbols.filter((symbol) => symbol.likely >= leastLikely)
	const likeliest = withoutTwins(worthIt, grammar).sort((a, b) => b.likely - a.likely)
	for (const { candidate, likely } of likeliest.slice(0, most)) {
		if (likely < leastLikely) break
		const text = textOf(candidate, likely, grammar)
		const offer = { candidate, text, likely, cost: text.length + besideText }
		const offers = byPath.get(candidate.path)
		if (offers) offers.push(offer)
		else byPath.set(candidate.path, [offer])
	}
	return [...byPath].map(([path, offers]) => {
		offers.sort((a, b) => b.likely / b.cost - a.likely / a.cost)
		return { offers, next: 0, value: bestBeginning(offers, path.length + besideText) }
	})
}

/** Of overloads, and of C's declarations and definitions, one stands for all: what they are worth together counts for it, the others for little. */
function withoutTwins(symbols: readonly RankedSymbol[], grammar: GrammarName): RankedSymbol[] {
	const isC = grammar === 'c' || grammar === 'cpp'
	const best = new Map<string, { first: RankedSymbol; likely: number }>()
	const twins: RankedSymbol[] = []
	for (const symbol of symbols) {
		const { path, definition } = symbol.candidate
		const { name, container, kind } = definition
		const isAlone = isC && container === undefined && kind !== 'class'
		const key = isAlone ? name : `${path}\0${container ?? ''}\0${name}`
		const known = best.get(key)
		if (!known) best.set(key, { first: symbol, likely: symbol.likely })
		else {
			known.likely += symbol.likely
			const [better, worse] = symbol.likely > known.first.likely ? [symbol, known.first] : [known.first, symbol]
			known.first = better
			twins.push({ candidate: worse.candidate, likely: worse.likely * worthOfTwin })
		}
	}
	return [...[...best.values()].map(({ first: { candidate }, likely }) => ({ candidate, likely })), ...twins]
}

/** The likelier it is to be named, the more is said of it. */
function textOf({ definition }: Candidate, likely: number, grammar: GrammarName): string {
	const text = symbolText(definition, grammar, likely >= enoughForAll ? undefined : shortSignature)
	return likely >= enoughForDoc ? withDoc(text, definition, grammar) : text
}

/** The most worth per character that can be had for the file's name and the first so many offers. */
function bestBeginning(offers: readonly Offer[], head: number): number {
	let [likely, cost, best] = [0, head, 0]
	for (const offer of offers) {
		likely += offer.likely
		cost += offer.cost
		if (likely / cost < best) break
		best = likely / cost
	}
	return best
}
