import type { CompletionFigures } from '../../core/model/figures.ts'

/** Seconds; from what feels immediate to what a large prompt takes on a processor. */
const firstTokenBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const

/** What the server did, in the text format of Prometheus (exposition format 0.0.4). Numbers only: nothing of what was asked. */
export class ServeMetrics {
	private readonly requests = new Map<string, number>()
	private readonly refused = new Map<string, number>()
	private readonly totals = { prompt: 0, reused: 0, generated: 0, prefillSeconds: 0, writingSeconds: 0 }
	private readonly buckets: number[] = firstTokenBounds.map(() => 0)
	private firstTokens = 0
	private firstTokenSeconds = 0

	/** @param path one of our own paths, or `other`: a client cannot make new series */
	answered(path: string, status: number): void {
		count(this.requests, `path="${path}",status="${status}"`)
	}

	turnedAway(reason: 'token' | 'host' | 'origin' | 'size' | 'busy'): void {
		count(this.refused, `reason="${reason}"`)
	}

	written(figures: CompletionFigures): void {
		const { promptTokens, reusedTokens, generatedTokens, prefillMs, firstTokenMs, totalMs } = figures
		this.totals.prompt += promptTokens
		this.totals.reused += reusedTokens
		this.totals.generated += generatedTokens
		this.totals.prefillSeconds += prefillMs / 1_000
		this.totals.writingSeconds += Math.max(0, totalMs - firstTokenMs) / 1_000
		if (generatedTokens === 0) return
		const seconds = firstTokenMs / 1_000
		this.firstTokens++
		this.firstTokenSeconds += seconds
		for (const [index, bound] of firstTokenBounds.entries()) {
			if (seconds <= bound) this.buckets[index] = (this.buckets[index] ?? 0) + 1
		}
	}

	read(promptTokens: number): void {
		this.totals.prompt += promptTokens
	}

	/** @param running requests that are being answered or wait */
	text(running: number): string {
		const { prompt, reused, generated, prefillSeconds, writingSeconds } = this.totals
		const lines = [
			...series('alcove_requests_total', 'counter', 'Requests that were answered.', this.requests),
			...series('alcove_requests_refused_total', 'counter', 'Requests that were refused unread.', this.refused),
			...single('alcove_requests_running', 'gauge', 'Requests that are being answered or wait.', running),
			...single('alcove_prompt_tokens_total', 'counter', 'Tokens of prompts.', prompt),
			...single('alcove_prompt_tokens_reused_total', 'counter', 'Tokens of prompts that were known already.', reused),
			...single('alcove_generated_tokens_total', 'counter', 'Tokens that were written.', generated),
			...single('alcove_prompt_seconds_total', 'counter', 'Time for prompts.', prefillSeconds),
			...single('alcove_generation_seconds_total', 'counter', 'Time from first tokens to last ones.', writingSeconds),
			...this.histogram('alcove_first_token_seconds', 'From a request to its first token.'),
		]
		return `${lines.join('\n')}\n`
	}

	private histogram(name: string, help: string): string[] {
		return [
			...head(name, 'histogram', help),
			...firstTokenBounds.map((bound, index) => `${name}_bucket{le="${bound}"} ${this.buckets[index]}`),
			`${name}_bucket{le="+Inf"} ${this.firstTokens}`,
			`${name}_sum ${this.firstTokenSeconds}`,
			`${name}_count ${this.firstTokens}`,
		]
	}
}

function count(map: Map<string, number>, labels: string): void {
	map.set(labels, (map.get(labels) ?? 0) + 1)
}

function head(name: string, type: string, help: string): string[] {
	return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
}

function single(name: string, type: string, help: string, value: number): string[] {
	return [...head(name, type, help), `${name} ${value}`]
}

function series(name: string, type: string, help: string, values: ReadonlyMap<string, number>): string[] {
	return [...head(name, type, help), ...[...values].map(([labels, value]) => `${name}{${labels}} ${value}`)]
}
