import type { FinishedRequest } from '../completion/outcomeHistory.ts'
import type { EngineDiagnostics } from '../model/engineControl.ts'
import type { ModelState } from '../model/modelState.ts'
import { defaultSettings, type SettingComplaint, type Settings, settingKeys, settingRules } from '../settings.ts'
import { shortenHome } from './shortenHome.ts'

/** What a bug report needs to know. */
export interface DiagnosticsFacts {
	/** Names and versions, in the order in which they are shown. */
	readonly versions: Readonly<Record<string, string>>
	readonly settings: Settings
	readonly complaints: readonly SettingComplaint[]
	readonly model: ModelState
	readonly engine: EngineDiagnostics
	readonly totals: readonly (readonly [string, number])[]
	readonly lastOutcomes: readonly FinishedRequest[]
	readonly homeDir: string
}

/** Markdown for the clipboard. Holds no source text, and paths without the user's name. English, as it is for the maintainers. */
export function diagnosticsReport(facts: DiagnosticsFacts): string {
	const sections = [
		section('Versions', Object.entries(facts.versions).map(item)),
		section('Settings that differ from the default', changedSettings(facts)),
		section('Model', modelLines(facts.model)),
		section('Engine', engineLines(facts.engine)),
		section('Completions', facts.totals.map(item)),
		section('Last completions', facts.lastOutcomes.map(outcomeLine)),
	]
	return shortenHome(`# Alcove diagnostics\n\n${sections.join('\n')}`, facts.homeDir)
}

function section(title: string, lines: readonly string[]): string {
	return `## ${title}\n\n${(lines.length ? lines : ['- none']).join('\n')}\n`
}

function item([name, value]: readonly [string, string | number | boolean]): string {
	return `- ${name}: ${value}`
}

function changedSettings({ settings, complaints }: DiagnosticsFacts): readonly string[] {
	const changed = settingKeys
		.filter((key) => settings[key] !== defaultSettings[key])
		.map((key) => item([`alcove.${key}`, 'isPrivate' in settingRules[key] ? 'set' : JSON.stringify(settings[key])]))
	const refused = complaints.map(({ key, reason }) => `- alcove.${key}: value not taken (${reason})`)
	return [...changed, ...refused]
}

function modelLines(state: ModelState): readonly string[] {
	switch (state.kind) {
		case 'ready': {
			const { draft, loadMs, memoryBytes, served, insteadOf, ...model } = state.model
			const draftText = 'name' in draft ? draft.name : `${draft.none} (${draft.detail})`
			return [
				'- state: ready',
				...Object.entries(model).map(item),
				`- estimated memory: ${megabytes(memoryBytes)}`,
				`- loaded in: ${Math.round(loadMs)} ms`,
				`- draft: ${draftText}`,
				// A report for others has no names of hosts.
				...(served ? [`- served by: ${served.kind}, ${served.isThisMachine ? 'this machine' : 'elsewhere'}`] : []),
				...(insteadOf ? [`- in place of a back end: ${insteadOf.code}`] : []),
			]
		}
		case 'failed': {
			const { backend, ...problem } = state.problem
			return [
				'- state: failed',
				...Object.entries(problem).map(item),
				...(backend ? [`- back end: ${backend.kind}, ${backend.isThisMachine ? 'this machine' : 'elsewhere'}`] : []),
			]
		}
		default:
			return [`- state: ${state.kind}`]
	}
}

function engineLines(engine: EngineDiagnostics): readonly string[] {
	return [
		`- process: ${engine.pid ?? 'not running'}`,
		`- node-llama-cpp: ${engine.libraryVersion ?? 'not loaded'}`,
		`- memory: ${engine.rssBytes === undefined ? 'unknown' : megabytes(engine.rssBytes)}`,
		`- models in memory: ${engine.loaded.join(', ') || 'none'}`,
		`- crashes: ${engine.crashes}`,
		`- requests: ${engine.requests}`,
	]
}

function megabytes(bytes: number): string {
	return `${Math.round(bytes / 1e6)} MB`
}

function outcomeLine({ result, characters, elapsedMs, figures }: FinishedRequest): string {
	const what = result === 'suggestion' ? `suggestion of ${characters} characters` : result
	const cost = figures
		? `, first token ${Math.round(figures.firstTokenMs)} ms, prompt ${figures.promptTokens} (${figures.reusedTokens} reused), ` +
			`${figures.generatedTokens} generated, drafted ${figures.draftedTokens} (${figures.acceptedTokens} accepted)`
		: ''
	return `- ${what}, ${Math.round(elapsedMs)} ms${cost}`
}
