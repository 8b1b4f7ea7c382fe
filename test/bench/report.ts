import { describeLoad, type Load } from '../../src/cli/bench/machineLoad.ts'
import type { Summary } from '../../src/cli/bench/statistics.ts'
import type { ActivationResult } from './activation.ts'
import type { EngineStartResult } from './engineStart.ts'
import type { LanesResult } from './lanes.ts'
import type { LatencyMeasurement } from './latency.ts'
import type { LlamaCppResult } from './llamaCpp.ts'
import type { Machine } from './machine.ts'
import type { SessionsResult } from './measureSessions.ts'
import { type PositionsResult, renderPositions } from './positions/renderPositions.ts'
import { type RecallResult, renderRecall } from './recall/renderRecall.ts'
import { type IndexResult, renderIndex } from './renderIndex.ts'
import { renderLatency } from './renderLatency.ts'
import { renderSessions } from './renderSessions.ts'
import type { SpeculationResult } from './speculation.ts'
import { ms, share, table } from './tables.ts'
import { renderTriage, type TriageResult } from './triage/renderTriage.ts'

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
	readonly speculation?: SpeculationResult & Measured
	readonly lanes?: LanesResult & Measured
	readonly llamaCpp?: LlamaCppResult & Measured
	readonly recall?: RecallResult & Measured
	readonly index?: IndexResult & Measured
	readonly sessions?: SessionsResult & Measured
	readonly positions?: PositionsResult & Measured
	readonly triage?: TriageResult & Measured
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
		sections.push('### Decoding with drafts', loadOf(speculation), renderSpeculation(speculation))
	}
	if (result.lanes) sections.push('### Requests that share a model', loadOf(result.lanes), renderLanes(result.lanes))
	if (result.llamaCpp) {
		sections.push("### Beside llama.cpp's own programs", loadOf(result.llamaCpp), renderLlamaCpp(result.llamaCpp))
	}
	if (result.sessions) sections.push('### Recorded sessions', loadOf(result.sessions), renderSessions(result.sessions))
	if (result.index) sections.push('### Index of a workspace', loadOf(result.index), renderIndex(result.index))
	if (result.positions)
		sections.push('### Suggestions at held-out positions', loadOf(result.positions), renderPositions(result.positions))
	if (result.recall)
		sections.push('### Context: is the next definition shown?', loadOf(result.recall), renderRecall(result.recall))
	if (result.triage)
		sections.push('### Triage of findings by a model', loadOf(result.triage), renderTriage(result.triage))
	return `${sections.join('\n\n')}\n`
}

function renderLoad(load: Load, cores: number): string {
	const { text, isBusy } = describeLoad(load, cores)
	if (!isBusy) return text
	return `${text} **The machine was busy with other work**: times are longer than they would be on a quiet one, and differences between variants mean little.`
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

function renderSpeculation({ rows, costs }: SpeculationResult): string {
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
		'',
		'What is to be had depends on what a call of several tokens costs here, of which one token is 1:',
		'',
		...costs.map(({ target, threads, curve, limits }) => {
			const plain = curve.find(({ tokens }) => tokens === 1)?.ms ?? Number.NaN
			const each = curve.map(({ tokens, ms: cost }) => `${tokens}: ${(cost / plain).toFixed(1)}`).join(', ')
			const most = limits.map(({ right, speedUp }) => `${speedUp.toFixed(2)} with ${share(right)} right`).join(' and ')
			return `- ${target}, settled on ${threads} of the threads: ${each}. Drafts that cost nothing would make it at most ${most}.`
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
