import type { AnalyzedFile } from '../../core/security/analyzer.ts'
import type { AnalysisReply, KeptResult } from './analysisMessages.ts'

/** A result on its way: files that many others depend on are named once for a process. */
export interface SentResult {
	readonly analyzed: Omit<AnalyzedFile, 'dependsOn'>
	/** Of the file itself; absent where the result is not to be kept. */
	readonly state?: string
	/** Files and their states that were not sent before, with the numbers that come next. */
	readonly named: readonly (readonly [file: string, state: string])[]
	/** What it depends on, by number. */
	readonly dependsOn: readonly number[]
}

export type SentReply =
	| Exclude<AnalysisReply, { readonly kind: 'file' }>
	| { readonly kind: 'file'; readonly result: SentResult }

/** In the process that analyzes. */
export class ResultSender {
	private readonly numbers = new Map<string, number>()

	sent(reply: AnalysisReply): SentReply {
		return reply.kind === 'file' ? { kind: 'file', result: this.packed(reply.result) } : reply
	}

	private packed({ analyzed: { dependsOn: files, ...analyzed }, states: [state, ...states] }: KeptResult): SentResult {
		const named: [string, string][] = []
		const dependsOn = files.map((file, at) => {
			const of = states[at] ?? ''
			const key = `${of} ${file}`
			const known = this.numbers.get(key)
			if (known !== undefined) return known
			const number = this.numbers.size
			this.numbers.set(key, number)
			named.push([file, of])
			return number
		})
		return { analyzed, ...(state !== undefined && { state }), named, dependsOn }
	}
}

/** Where its results come to. Of one process. */
export class ResultReceiver {
	private readonly named: (readonly [file: string, state: string])[] = []

	received(reply: SentReply): AnalysisReply {
		return reply.kind === 'file' ? { kind: 'file', result: this.unpacked(reply.result) } : reply
	}

	private unpacked({ analyzed, state, named, dependsOn: numbers }: SentResult): KeptResult {
		for (const it of named) this.named.push(it)
		const all = numbers.map((it) => this.named[it] ?? (['', ''] as const))
		const dependsOn = all.map(([file]) => file)
		return {
			analyzed: { ...analyzed, dependsOn },
			states: state === undefined ? [] : [state, ...all.map(([, of]) => of)],
		}
	}
}
