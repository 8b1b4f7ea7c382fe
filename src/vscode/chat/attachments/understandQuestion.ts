import * as vscode from 'vscode'
import type { ChatTask, QuestionReader, UnderstoodQuestion, WorkspaceSearch } from '../../../core/chat/chatPorts.ts'
import type { Attachment } from '../../../core/chat/conversation.ts'
import { type Mention, parseMentions, replaceMentions } from '../../../core/chat/mentions.ts'
import { fillPrompt, type UserPrompt, variablesIn } from '../../../core/chat/promptFile.ts'
import { quote } from '../../../core/chat/quote.ts'
import {
	commandInstruction,
	isSlashName,
	parseSlash,
	type SlashCommand,
	type SlashName,
	slashCommands,
} from '../../../core/chat/slashCommands.ts'
import type { CancellationToken } from '../../../shared/cancellation.ts'
import type { Clock } from '../../../shared/clock.ts'
import { pathOf, placeOf, placesOf } from '../workspacePaths.ts'
import type { CurrentCode, CurrentCodeTracker } from './currentCode.ts'
import { findSymbol } from './findSymbols.ts'
import { frameworkFor } from './frameworkFor.ts'
import type { PromptFiles } from './promptFiles.ts'
import { hasStaged } from './readChanges.ts'
import { problemsAt } from './readProblems.ts'
import { terminalSelection } from './terminalSelection.ts'

type Finding = Extract<Attachment, { kind: 'finding' }>

/** Lines from 0, the end exclusive. */
export interface Lines {
	readonly startLine: number
	readonly endLine: number
}

export interface UnderstandDeps {
	readonly current: Pick<CurrentCodeTracker, 'code' | 'editor'>
	readonly prompts: Pick<PromptFiles, 'all'>
	readonly clock: Clock
	readonly search?: WorkspaceSearch
	/** What the security analysis finds in a document, or in some lines of it. */
	readonly findingsIn?: (
		uri: vscode.Uri,
		lines: Lines | undefined,
		token: CancellationToken,
	) => Promise<readonly Finding[]>
	/** Answers `/research TOPIC`. */
	readonly research?: (topic: string) => ChatTask
	/** Paths of files that end like this, the likeliest first. */
	readonly filesLike: (ending: string) => Promise<readonly string[]>
}

/** What the model is asked where nothing but mentions was typed. */
const lookAtIt = 'Look at what is quoted, and say what matters in it.'

const phrases: Readonly<Record<'problems' | 'changes' | 'terminal' | 'workspace', string>> = {
	problems: 'the quoted problems',
	changes: 'the quoted changes',
	terminal: 'the quoted output of the terminal',
	workspace: 'the workspace',
}

/** Understands mentions, slash commands and the user's own prompts. */
export function questionReader(deps: UnderstandDeps): QuestionReader {
	return { understand: (text, attachments, token) => understand(deps, text, attachments, token) }
}

async function understand(
	deps: UnderstandDeps,
	text: string,
	attachments: readonly Attachment[],
	token: CancellationToken,
): Promise<UnderstoodQuestion> {
	const typed = parseSlash(text)
	const prompt = typed && (await deps.prompts.all()).find(({ name }) => name === typed.name)
	const command = typed && !prompt && isSlashName(typed.name) ? typed.name : undefined
	const body = typed && (prompt || command) ? typed.rest : text
	const mentions = parseMentions(body)
	const mentioned = await Promise.all(mentions.map((mention) => attachmentFor(deps, mention, token)))
	const query = replaceMentions(body, mentions, () => '')
	const asked = replaceMentions(body, mentions, (mention) => phraseFor(mention, body)).trim()
	const given = broadLast(unique([...mentioned.filter((one) => one !== undefined), ...attachments]))
	if (command === 'research' && deps.research && query !== '') {
		return { instruction: asked, query, attachments: given, task: deps.research(query) }
	}
	if (command) return withCommand(deps, { name: command, asked, query, given }, token)
	if (prompt) return withPrompt(deps, { prompt, asked, query, given })
	return { instruction: asked === '' ? lookAtIt : asked, query, attachments: given }
}

// ---------- mentions

async function attachmentFor(
	deps: UnderstandDeps,
	{ kind, argument }: Mention,
	token: CancellationToken,
): Promise<Attachment | undefined> {
	switch (kind) {
		case 'file':
			return argument === '' ? deps.current.code : { kind: 'file', path: await fileNamed(deps, argument) }
		case 'folder':
			return { kind: 'folder', path: argument.replace(/^\.?\/+|\/+$/g, '') || folderInView(deps) }
		case 'symbol':
			return findSymbol(argument, deps, token)
		case 'problems':
			return argument === '' ? { kind: 'problems' } : { kind: 'problems', path: await fileNamed(deps, argument) }
		case 'changes':
			return argument === 'staged' ? { kind: 'changes', staged: true } : { kind: 'changes' }
		case 'terminal':
			return { kind: 'terminal', text: (await terminalSelection(true)) ?? '' }
		case 'workspace':
			return { kind: 'workspace' }
	}
}

/** A path, or the end of one. What is found nowhere stays as it was written: the receipt says so. */
async function fileNamed(deps: UnderstandDeps, written: string): Promise<string> {
	const path = written.replace(/^\.\//, '')
	const place = await placeOf(path)
	if (place) return pathOf(place.uri)
	return (await deps.filesLike(path))[0] ?? path
}

function folderInView({ current }: UnderstandDeps): string {
	const path = current.editor ? pathOf(current.editor.document.uri) : ''
	return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** What stands in the place of a mention in what the model is asked; what is no part of a sentence goes. */
function phraseFor({ kind, argument, start, end }: Mention, body: string): string {
	if (kind === 'file' || kind === 'folder' || kind === 'symbol') return argument === '' ? 'the file' : `\`${argument}\``
	const isAtStart = body.slice(0, start).trim() === ''
	const isAtEnd = body.slice(end).trim() === ''
	return isAtStart || isAtEnd ? '' : phrases[kind]
}

// ---------- commands

interface Asked {
	readonly asked: string
	readonly query: string
	/** Of most worth first. */
	readonly given: readonly Attachment[]
}

async function withCommand(
	deps: UnderstandDeps,
	{ name, asked, query, given }: Asked & { readonly name: SlashName },
	token: CancellationToken,
): Promise<UnderstoodQuestion> {
	const { takes }: SlashCommand = slashCommands[name]
	let instruction = commandInstruction(name, asked)
	let attachments = given
	const isAboutCode = takes.includes('selection') && !takes.includes('staged')
	const { code } = deps.current
	if (isAboutCode && code && !attachments.some(isCode)) attachments = [...attachments, code]
	if (takes.includes('staged')) {
		// The file in view was not asked for, and takes the room of the changes.
		const chosen = attachments.filter((one) => !(code && isSame(one, code)) && one.kind !== 'changes')
		attachments = [(await hasStaged()) ? { kind: 'changes', staged: true } : { kind: 'changes' }, ...chosen]
	}
	if (takes.includes('problems')) attachments = withProblems(attachments)
	if (takes.includes('findings')) {
		const findings = await findingsFor(deps, attachments, token)
		attachments = [...findings, ...attachments]
		if (findings.length === 0) instruction += '\n\nThe analysis found nothing in it.'
	}
	if (takes.includes('framework')) {
		const subject = attachments.find(isCode)
		const framework = subject && (await frameworkFor(subject.path))
		if (framework !== undefined) instruction += `\n\nThe project is tested with ${framework}.`
	}
	const fallback = name === 'research' ? [{ kind: 'workspace' as const }, ...attachments] : attachments
	return { instruction, query: query === '' ? name : query, attachments: broadLast(unique(fallback)) }
}

/** What the editor complains of there comes right behind the code. */
function withProblems(attachments: readonly Attachment[]): readonly Attachment[] {
	if (attachments.some(({ kind }) => kind === 'problems')) return attachments
	return attachments.flatMap((attachment): readonly Attachment[] => {
		if (!isCode(attachment)) return [attachment]
		const lines = linesIn(attachment)
		const [uri] = openPlacesOf(attachment.path)
		const hasSome = uri !== undefined && problemsAt(uri, lines ?? {}).length > 0
		return hasSome ? [attachment, { kind: 'problems', path: attachment.path, ...lines }] : [attachment]
	})
}

async function findingsFor(
	{ findingsIn }: UnderstandDeps,
	attachments: readonly Attachment[],
	token: CancellationToken,
): Promise<readonly Finding[]> {
	const known = attachments.filter((one) => one.kind === 'finding')
	if (!findingsIn || known.length > 0) return []
	const found: Finding[] = []
	for (const attachment of attachments.filter(isCode)) {
		const place = await placeOf(attachment.path)
		if (place && !place.isFolder) found.push(...(await findingsIn(place.uri, linesIn(attachment), token)))
	}
	return found
}

// ---------- prompts of the user

async function withPrompt(
	deps: UnderstandDeps,
	{ prompt, asked, query, given }: Asked & { readonly prompt: UserPrompt },
): Promise<UnderstoodQuestion> {
	const used = variablesIn(prompt.text)
	const { code, editor } = deps.current
	const attachments = [...given]
	if (used.has('file') && editor && !given.some(isCode)) {
		attachments.push({ kind: 'file', path: pathOf(editor.document.uri) })
	}
	if (used.has('problems')) {
		attachments.push({ kind: 'problems', ...(editor && { path: pathOf(editor.document.uri) }) })
	}
	if (used.has('changes')) attachments.push({ kind: 'changes' })
	const path = editor ? pathOf(editor.document.uri) : ''
	const filled = fillPrompt(prompt.text, (name) => {
		switch (name) {
			case 'selection':
				return selectionText(code)
			case 'path':
				return path
			case 'file':
				return path === '' ? 'the quoted file' : `\`${path}\``
			case 'language':
				return editor?.document.languageId ?? ''
			case 'input':
				return asked
			case 'problems':
			case 'changes':
				return phrases[name]
		}
	})
	const instruction = asked === '' || used.has('input') ? filled : `${filled}\n\n${asked}`
	// What stands in the prompt itself is not shown twice.
	const isQuoted = used.has('selection') && code?.kind === 'selection'
	const rest = isQuoted ? attachments.filter((one) => !isSame(one, code)) : attachments
	return { instruction, query: query === '' ? prompt.description : query, attachments: broadLast(unique(rest)) }
}

function selectionText(code: CurrentCode | undefined): string {
	if (code?.kind !== 'selection') return 'the quoted code'
	const { path, startLine, endLine, text } = code
	return `\n${quote(`Quoted from the file ${path}, lines ${startLine + 1}-${endLine}:`, text)}\n`
}

// ---------- attachments

type Code = Extract<Attachment, { kind: 'file' | 'selection' | 'symbol' }>

function isCode(attachment: Attachment): attachment is Code {
	return attachment.kind === 'file' || attachment.kind === 'selection' || attachment.kind === 'symbol'
}

function linesIn(attachment: Code): Lines | undefined {
	return attachment.kind === 'file' ? undefined : { startLine: attachment.startLine, endLine: attachment.endLine }
}

/** Of documents that are open: the editor complains of others only where an extension reads all of a workspace. */
function openPlacesOf(path: string): readonly vscode.Uri[] {
	const places = placesOf(path)
	const open = places.filter((uri) => vscode.workspace.textDocuments.some((it) => it.uri.toString() === uri.toString()))
	return open.length > 0 ? open : places
}

/** The code in view counts more than what is found for a question: that has the room which it leaves. */
function broadLast(attachments: readonly Attachment[]): readonly Attachment[] {
	const isBroad = ({ kind }: Attachment) => kind === 'workspace' || kind === 'folder'
	return [...attachments.filter((one) => !isBroad(one)), ...attachments.filter(isBroad)]
}

function isSame(one: Attachment, other: Attachment): boolean {
	return keyOf(one) === keyOf(other)
}

/** Whatever made it go along. */
function keyOf(attachment: Attachment): string {
	return JSON.stringify(attachment, (name, value) => (name === 'isImplicit' ? undefined : value))
}

function unique(attachments: readonly Attachment[]): readonly Attachment[] {
	const seen = new Set<string>()
	return attachments.filter((one) => {
		const key = keyOf(one)
		if (seen.has(key)) return false
		seen.add(key)
		return true
	})
}
