import { describeLoad, type Load } from '../../src/cli/bench/machineLoad.ts'
import type { Summary } from '../../src/cli/bench/statistics.ts'
import type { ActivationResult } from './activation.ts'
import type { CodeAnswers } from './codeAnswers.ts'
import type { EngineStartResult } from './engineStart.ts'
import type { IndexRow } from './indexing.ts'
import type { LanesResult } from './lanes.ts'
import type { LatencyMeasurement, LatencyResult } from './latency.ts'
import type { LlamaCppResult } from './llamaCpp.ts'
import type { Machine } from './machine.ts'
import { type PositionsResult, renderPositions } from './positions/renderPositions.ts'
import { type RecallResult, renderRecall } from './recall/renderRecall.ts'
import type { SpeculationRow } from './speculation.ts'

interface Measured {
	readonly machineLoad: Load
}

/** What one run of the benchmark found; a part that was not asked for is absent. */
export interface BenchResult {
	readonly name: string
	/** ISO 8601. */
	readonly date: string
	readonly command: string
	readonly machine: Machine
	readonly session: { readonly keystrokes: number; readonly seconds: number; readonly rounds: number }
	readonly latency?: LatencyMeasurement & Measured
	readonly engine?: EngineStartResult & Measured
	readonly activation?: ActivationResult & Measured
	readonly speculation?: { readonly rows: readonly SpeculationRow[] } & Measured
	readonly lanes?: LanesResult & Measured
	readonly llamaCpp?: LlamaCppResult & Measured
	readonly recall?: RecallResult & Measured
	readonly index?: { readonly rows: readonly IndexRow[]; readonly answers: CodeAnswers } & Measured
	readonly positions?: PositionsResult & Measured
}

/** The Markdown page about all results. */
export function renderResults(results: readonly BenchResult[]): string {
	const head = [
		'# Benchmark results',
		'Made by `npm run bench`. Times are milliseconds; a table shows medians and what lies above them. What is measured, and how, is',
		'in [CONTRIBUTING.md](../../../CONTRIBUTING.md#benchmark). Compare only what was measured on the same machine.',
	]
	return `${head.slice(0, 1).join('')}\n\n${head.slice(1).join('\n')}\n\n${results.map(renderResult).join('\n')}`
}

function renderResult(result: BenchResult): string {
	const { machine, session } = result
	const loadOf = ({ machineLoad }: Measured) => renderLoad(machineLoad, machine.cores)
	const sections = [
		`## ${result.name}`,
		[
			`- ${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}`,
			`- Alcove ${machine.alcove} (${machine.commit}), node-llama-cpp ${machine.nodeLlamaCpp}, Node ${machine.node}`,
			`- ${result.date.slice(0, 10)}, \`${result.command}\``,
		].join('\n'),
	]
	if (result.latency)
		sections.push('### Keystroke to ghost text', loadOf(result.latency), ...renderLatency(result.latency, session))
	if (result.engine) sections.push('### Engine process', loadOf(result.engine), renderEngine(result.engine))
	if (result.activation) {
		sections.push(
			'### Activation in the extension host',
			loadOf(result.activation),
			renderActivation(result.activation),
		)
	}
	if (result.speculation) {
		const { speculation } = result
		sections.push('### Decoding with drafts', loadOf(speculation), renderSpeculation(speculation.rows))
	}
	if (result.lanes) sections.push('### Requests that share a model', loadOf(result.lanes), renderLanes(result.lanes))
	if (result.llamaCpp) {
		sections.push("### Beside llama.cpp's own programs", loadOf(result.llamaCpp), renderLlamaCpp(result.llamaCpp))
	}
	if (result.index) sections.push('### Index of a workspace', loadOf(result.index), renderIndex(result.index))
	if (result.positions)
		sections.push('### Suggestions at held-out positions', loadOf(result.positions), renderPositions(result.positions))
	if (result.recall)
		sections.push('### Context: is the next definition shown?', loadOf(result.recall), renderRecall(result.recall))
	return `${sections.join('\n\n')}\n`
}

function renderLoad(load: Load, cores: number): string {
	const { text, isBusy } = describeLoad(load, cores)
	if (!isBusy) return text
	return `${text} **The machine was busy with other work**: times are longer than they would be on a quiet one, and differences between variants mean little.`
}

function renderIndex({ rows, answers }: NonNullable<BenchResult['index']>): string {
	return [
		'The sample project and code of packages, read on the thread that parses; what is held up is the thread of the host.',
		'',
		'| files | lines | definitions | from nothing, s | from what was kept, s | longest pause, ms | one changed file, ms | memory | per million lines | kept on disk |',
		'|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
		...rows.map(
			(row) =>
				`| ${row.files} | ${row.lines} | ${row.definitions} | ${row.coldSeconds.toFixed(1)} | ${row.warmSeconds.toFixed(1)} | ${row.longestPause.toFixed(1)} | ${row.changeMs.toFixed(1)} | ${megabytes(row.memoryBytes)} | ${megabytes((row.memoryBytes / row.lines) * 1e6)} | ${megabytes(row.storedBytes)} |`,
		),
		'',
		`In a file of ${answers.fileLines} lines, in a workspace of ${answers.workspaceLines}, right after a key: milliseconds until the thread has answered at the host. ${share(answers.inTime)} of the contexts had something in them within 20 ms.`,
		'',
		table([
			['what the code at the cursor is', answers.placeOf],
			['what a suggestion would do to it', answers.check],
			['what else the model is to see', answers.collect],
		]),
	].join('\n')
}

function renderLatency(
	{ variants, comparison, workspaceLines }: LatencyMeasurement,
	session: BenchResult['session'],
): string[] {
	const parts = [
		`A recorded session of ${session.keystrokes} keystrokes in ${Math.round(session.seconds)} s, played ${session.rounds} times with each variant in turn, in a workspace of ${workspaceLines} lines, with syntax, index, context and confidence. The times are those of suggestions that were shown; a slow answer is more often overtaken by the next key, so look at what was cancelled in the model, too.`,
	]
	for (const variant of variants) {
		const { model, memory, tokens } = variant
		parts.push(
			`**${variant.variant}** (${model.name}, ${model.quantization}, ${model.backend}, ${model.threads} threads, draft: ${variant.draft})`,
			table([
				['keystroke to ghost text', variant.shown],
				['without the debounce', variant.shownWithoutDebounce],
				['of those that were asked, the model', variant.modelTime],
				['everything but the model', variant.overhead],
				['typed along or remembered', variant.remembered],
			]),
			[
				`- Medians without the debounce, round by round: ${variant.medianOfRounds.map(ms).join(', ')}.`,
				`- Outcomes: ${Object.entries(variant.outcomes)
					.map(([name, count]) => `${name} ${count}`)
					.join(', ')}.`,
				`- Answers: ${answersOf(variant)}.`,
				`- Prompt tokens that a request had to evaluate: ${variant.evaluated ? `median ${variant.evaluated.p50}, 90 % at most ${variant.evaluated.p90}, 95 % at most ${variant.evaluated.p95}` : 'none'}.`,
				`- ${share(tokens.reusedShare)} of the prompt's tokens were in the cache; ${tokens.generatedPerAnswer} tokens an answer; ${tokens.draftAcceptance === undefined ? 'nothing was drafted' : `${share(tokens.draftAcceptance)} of the drafted tokens were taken`}.`,
				`- Memory: engine ${megabytes(memory.engineAfterLoad)} after loading, ${megabytes(memory.engineAfterSession)} after the session; heap of the host ${megabytes(memory.hostHeap)}.`,
			].join('\n'),
		)
	}
	const [first, second] = variants
	if (comparison && first && second) {
		parts.push(
			`**Compared**, over the ${comparison.pairs} keystrokes that had a suggestion with both in the same round, without the debounce: median ${ms(comparison.first)} (${first.variant}) and ${ms(comparison.second)} (${second.variant}). Median of the differences, round by round: ${comparison.differenceOfRounds.map(ms).join(', ')}; below zero, the first is faster.`,
		)
	}
	return parts
}

function answersOf({ sources }: LatencyResult): string {
	const all = Object.values(sources).reduce((sum, count) => sum + count, 0)
	const named = { model: 'asked for', inFlight: 'under way already', typedThrough: 'typed along', cache: 'remembered' }
	return Object.entries(named)
		.map(([source, name]) => `${name} ${share((sources[source] ?? 0) / Math.max(1, all))}`)
		.join(', ')
}

function renderEngine(engine: EngineStartResult): string {
	return table([
		['process start to handshake', engine.handshake],
		['loading the starter model and its draft', engine.load],
		['of that, in the engine', engine.loadInEngine],
		['round trip of the smallest request', engine.roundTrip],
		['orderly end', engine.shutdown],
	])
}

function renderSpeculation(rows: readonly SpeculationRow[]): string {
	return [
		'Synthetic models of 60 million parameters, drafts of 8 million; plain decoding in the same engine process, right before or after, is 1.',
		'',
		'| target | drafts | ms a token | speed-up | lowest | highest | right | tokens a step |',
		'|---|---|---:|---:|---:|---:|---:|---:|',
		...rows.map(({ target, variant, msPerToken, speedUp, range, acceptance, tokensPerStep }) => {
			const right = acceptance === undefined ? '' : share(acceptance)
			const figures = [msPerToken, speedUp, ...range].map((value) => value.toFixed(2)).join(' | ')
			return `| ${target} | ${variant} | ${figures} | ${right} | ${tokensPerStep.toFixed(2)} |`
		}),
	].join('\n')
}

function renderLanes({ threads, ratio, announcedRatio, cancelMs, perToken, ...times }: LanesResult): string {
	return [
		`A synthetic model of 60 million parameters (F16), ${threads} threads.`,
		table([
			['a keystroke to its first token, 2,000 tokens evaluated before', times.inlineIdle],
			['the same while a chat generates', times.inlineDuringChat],
			['of that, until the chat had paused', times.untilPaused],
			['while a chat generates, announced 50 ms before as the completer does', times.inlineAnnounced],
			['a prompt of 64 tokens to its first token', times.shortAlone],
			['the same right after a prompt of 2,000 tokens was cancelled', times.shortAfterCancel],
		]),
		[
			`- A chat makes a keystroke take ${ratio.toFixed(2)} times as long; one that was announced, ${announcedRatio.toFixed(2)} times.`,
			`- A cancelled prompt costs the next request ${ms(cancelMs)} ms.`,
			`- A token of a model of 8 million parameters takes ${perToken.engine.toFixed(3)} ms at the host, and ${perToken.bare.toFixed(3)} ms in a loop around llama.cpp alone: protocol, scheduling and all the rest are ${perToken.overhead.toFixed(3)} ms.`,
		].join('\n'),
	].join('\n\n')
}

function renderLlamaCpp({ build, decode, keystroke }: LlamaCppResult): string {
	const flags = Object.entries(build.flags).map(([name, value]) => `${name}=${value}`)
	const [first] = keystroke
	return [
		`llama.cpp ${build.release}, built here with ${build.compiler} from the sources of the engine's own binary (${flags.join(', ')}); the binary itself was built elsewhere. Synthetic models, threads and flash attention as the engine chose them.`,
		'Decoding without drafts, tokens a second: the engine as the host sees it, and `llama-bench`, which only evaluates and picks no token.',
		[
			'| model | threads | depth | tokens | the engine | range | llama-bench | range | with 1 thread | ratio | of a round |',
			'|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
			...decode.map(({ model, threads, depth, tokens, ours, llamaBench, oneThread, ratio, range }) => {
				const rate = ({ p50, min, max }: Summary) => `${ms(p50)} | ${ms(min)} - ${ms(max)}`
				return `| ${model} | ${threads} | ${depth} | ${tokens} | ${rate(ours)} | ${rate(llamaBench)} | ${oneThread ? ms(oneThread.p50) : ''} | ${ratio.toFixed(3)} | ${range.map((value) => value.toFixed(3)).join(' - ')} |`
			}),
		].join('\n'),
		`From a keystroke to its first token, in a prompt of ${first ? first.prefixWords + first.suffixWords : 0} tokens; \`llama-server\` answers \`/infill\` with \`cache_prompt\` and \`n_cache_reuse\`, on the same texts in turn. The ratio is to the engine.`,
		[
			'| model | after the cursor | | first request | n | p50 | p95 | max | tokens evaluated | ratio |',
			'|---|---:|---|---:|---:|---:|---:|---:|---:|---:|',
			...keystroke.flatMap(({ model, suffixWords, sides }) =>
				sides.map(({ name, coldMs, firstToken: { count, p50, p95, max }, evaluatedTokens, ratio }) => {
					const times = [ms(coldMs), count, ms(p50), ms(p95), ms(max), evaluatedTokens, ratio.toFixed(2)]
					return `| ${model} | ${suffixWords} | ${name} | ${times.join(' | ')} |`
				}),
			),
		].join('\n'),
	].join('\n\n')
}

function renderActivation(activation: ActivationResult): string {
	return table([
		['loading the bundle', activation.require],
		['`activate()`', activation.activate],
		['together', activation.together],
		['afterwards, to start the engine and load the model', activation.engineStart],
	])
}

function table(rows: readonly (readonly [string, Summary | undefined])[]): string {
	return [
		'| | n | min | p50 | p95 | p99 | max |',
		'|---|---:|---:|---:|---:|---:|---:|',
		...rows.map(([name, summary]) => {
			if (!summary) return `| ${name} | 0 | | | | | |`
			const { count, min, p50, p95, p99, max } = summary
			return `| ${name} | ${count} | ${[min, p50, p95, p99, max].map(ms).join(' | ')} |`
		}),
	].join('\n')
}

function ms(value: number): string {
	return Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(1)
}

function share(value: number): string {
	return `${Math.round(value * 100)} %`
}

function megabytes(bytes: number | undefined): string {
	return bytes === undefined ? 'unknown' : `${Math.round(bytes / 2 ** 20)} MB`
}
