import * as vscode from 'vscode'
import { type MentionKind, mentionKinds, mentionText } from '../../../core/chat/mentions.ts'
import { rankByQuery } from '../../../core/chat/rankByQuery.ts'
import { type SlashName, slashNames } from '../../../core/chat/slashCommands.ts'
import { wordToComplete } from '../../../core/chat/wordToComplete.ts'
import type { ViewSuggestion } from '../../../protocol/webview.ts'
import type { Clock } from '../../../shared/clock.ts'
import { pathOf } from '../workspacePaths.ts'
import { documentSymbols, type NamedPlace, workspaceSymbols } from './findSymbols.ts'
import type { KnownPaths } from './knownPaths.ts'
import type { PromptFiles } from './promptFiles.ts'

export interface SuggestionDeps {
	readonly paths: KnownPaths
	readonly prompts: Pick<PromptFiles, 'all'>
	readonly clock: Clock
	/** The document that symbols are looked for in first. */
	readonly inView: () => vscode.Uri | undefined
}

const most = 30

/** What may stand at the cursor, the likeliest first. */
export async function suggestionsAt(
	text: string,
	cursor: number,
	deps: SuggestionDeps,
): Promise<readonly ViewSuggestion[]> {
	const word = wordToComplete(text, cursor)
	switch (word?.kind) {
		case 'command':
			return commandSuggestions(word.query, deps)
		case 'mention': {
			const named = rankByQuery(word.query, mentionSuggestions(), ({ label }) => label.slice(1), most)
			const files = word.query === '' ? [] : await fileSuggestions(word.query, deps)
			return [...named, ...files].slice(0, most)
		}
		case 'argument':
			return argumentSuggestions(word.of, word.query, deps)
		case undefined:
			return []
	}
}

async function commandSuggestions(query: string, { prompts }: SuggestionDeps): Promise<readonly ViewSuggestion[]> {
	const own = slashNames.map(
		(name): ViewSuggestion => ({ insert: `/${name} `, label: `/${name}`, detail: commandText(name), kind: 'command' }),
	)
	const written = (await prompts.all()).map(
		({ name, description }): ViewSuggestion => ({
			insert: `/${name} `,
			label: `/${name}`,
			detail: description.slice(0, 300),
			kind: 'prompt',
		}),
	)
	return rankByQuery(query, [...own, ...written], ({ label }) => label.slice(1), most)
}

function mentionSuggestions(): readonly ViewSuggestion[] {
	return mentionKinds.map((kind): ViewSuggestion => {
		const goesOn = kind === 'file' || kind === 'folder' || kind === 'symbol'
		return {
			insert: goesOn ? `@${kind}:` : `@${kind} `,
			label: `@${kind}`,
			detail: mentionDetail(kind),
			kind: 'mention',
		}
	})
}

async function argumentSuggestions(
	kind: MentionKind,
	query: string,
	deps: SuggestionDeps,
): Promise<readonly ViewSuggestion[]> {
	switch (kind) {
		case 'file':
			return fileSuggestions(query, deps)
		case 'problems':
			return (await fileSuggestions(query, deps)).map((one) => ({
				...one,
				insert: one.insert.replace(/^@file/, '@problems'),
			}))
		case 'folder': {
			const folders = rankByQuery(query, await deps.paths.folders(), (path) => path, most)
			return folders.map((path) => suggestion('folder', mentionText('folder', path), path))
		}
		case 'symbol':
			return symbolSuggestions(query, deps)
		case 'changes':
			return 'staged'.startsWith(query)
				? [{ insert: '@changes:staged ', label: 'staged', detail: mentionDetail('changes'), kind: 'mention' }]
				: []
		case 'terminal':
		case 'workspace':
			return []
	}
}

async function fileSuggestions(query: string, { paths }: SuggestionDeps): Promise<readonly ViewSuggestion[]> {
	const ranked = rankByQuery(query, await paths.files(), (path) => path, most)
	return ranked.map((path) => suggestion('file', mentionText('file', path), path))
}

async function symbolSuggestions(query: string, deps: SuggestionDeps): Promise<readonly ViewSuggestion[]> {
	const inView = deps.inView()
	const [here, everywhere] = await Promise.all([
		inView ? documentSymbols(inView, deps.clock) : [],
		query === '' ? [] : workspaceSymbols(query, deps.clock),
	])
	const known = new Set<string>()
	const places = [...here, ...everywhere].filter((place) => {
		const key = `${place.uri.toString()}#${place.container}#${place.name}`
		if (known.has(key) || !/^[\w$#~]/.test(place.name)) return false
		known.add(key)
		return true
	})
	const counts = new Map<string, number>()
	for (const { name } of places) counts.set(name, (counts.get(name) ?? 0) + 1)
	const ranked = rankByQuery(query, places, ({ name }) => name, most)
	return ranked.map((place) => symbolSuggestion(place, (counts.get(place.name) ?? 0) > 1))
}

function symbolSuggestion({ name, container, uri }: NamedPlace, isAmbiguous: boolean): ViewSuggestion {
	const path = pathOf(uri)
	const full = container === '' ? name : `${container.split('.').pop()}.${name}`
	const argument = isAmbiguous ? `${path}#${full}` : name
	const insert = `${mentionText('symbol', argument)} `
	return { insert, label: full, detail: path, kind: 'symbol' }
}

function suggestion(kind: 'file' | 'folder', insert: string, path: string): ViewSuggestion {
	const at = path.lastIndexOf('/')
	const folder = path.slice(0, Math.max(0, at))
	return { insert: `${insert} `, label: path.slice(at + 1), kind, ...(folder !== '' && { detail: folder }) }
}

function commandText(name: SlashName): string {
	const { l10n } = vscode
	switch (name) {
		case 'explain':
			return l10n.t('Explain the code')
		case 'fix':
			return l10n.t('Fix the code and its problems')
		case 'tests':
			return l10n.t('Write tests for the code')
		case 'doc':
			return l10n.t('Write documentation comments')
		case 'refactor':
			return l10n.t('Make the code easier to read and to change')
		case 'security':
			return l10n.t('Judge the security, with the findings of the analysis')
		case 'commit':
			return l10n.t('Write the message of a commit')
		case 'research':
			return l10n.t('Look a question up in the workspace, step by step')
	}
}

function mentionDetail(kind: MentionKind): string {
	const { l10n } = vscode
	switch (kind) {
		case 'file':
			return l10n.t('A file')
		case 'folder':
			return l10n.t('A folder and its small files')
		case 'symbol':
			return l10n.t('A function, a class or something else that has a name')
		case 'problems':
			return l10n.t('What the editor complains of')
		case 'changes':
			return l10n.t('What differs from the last commit')
		case 'terminal':
			return l10n.t('What is selected in the terminal')
		case 'workspace':
			return l10n.t('What fits the question in the whole workspace')
	}
}
