import { type Backend, backendsFault } from './model/backend.ts'
import { pricesFault, type TokenPrice } from './model/prices.ts'
import { defaultRules, rulesFault } from './model/strongerRules.ts'
import { destinationsFault, proxyFault } from './privacy/destinationSettings.ts'
import type { AllowedDestination } from './privacy/egressPolicy.ts'

/**
 * The settings of the extension: names below `alcove.`, defaults and limits. package.json says the same to the editor; a
 * test holds the two together.
 */
export const settingRules = {
	'completion.enabled': { type: 'boolean', default: true },
	/** `subtle`: made while typing, shown on a key. `manual`: made on a key only. */
	'completion.mode': { type: 'choice', default: 'automatic', choices: ['automatic', 'subtle', 'manual'] },
	/** What follows a suggestion is written while it is read. */
	'completion.ahead': { type: 'boolean', default: true },
	/** What is kept back of suggestions that are unlikely to be taken. */
	'completion.silence': { type: 'choice', default: 'unsure', choices: ['never', 'unsure', 'strict'] },
	'completion.inComments': { type: 'boolean', default: true },
	'completion.inStrings': { type: 'boolean', default: true },
	/** Tokens. */
	'completion.maxTokens': { type: 'integer', default: 96, minimum: 8, maximum: 512 },
	/** Tokens of other files that the model is shown; 0: none. */
	'completion.contextTokens': { type: 'integer', default: 1_024, minimum: 0, maximum: 16_384 },
	/** Reading the workspace for what is defined where. */
	'context.index': { type: 'boolean', default: true },
	/** Absolute, or below the home folder with `~/`; empty: the starter model. */
	'model.path': { type: 'path', default: '' },
	/** Proposes tokens to the user's own model; the same kinds of path. Empty: none. */
	'model.draftPath': { type: 'path', default: '' },
	/** Folders in which models are looked for, beside those of other programs; absolute, or below the home folder. */
	'models.folders': { type: 'array', default: [] as readonly string[], faultOf: foldersFault },
	/** Where downloads go; empty: the extension's own storage. */
	'models.downloadFolder': { type: 'path', default: '' },
	/** Where models are downloaded from: the site of Hugging Face, or one with the same paths. */
	'models.mirror': { type: 'text', default: 'https://huggingface.co', faultOf: mirrorFault, isPrivate: true },
	'engine.gpu': { type: 'choice', default: 'auto', choices: ['auto', 'off'] },
	/** Tokens. */
	'engine.contextSize': { type: 'integer', default: 4_096, minimum: 512, maximum: 131_072 },
	/** 0: never. */
	'engine.idleUnloadMinutes': { type: 'number', default: 30, minimum: 0, maximum: 1_440 },
	/** In memory at a time. */
	'engine.maxLoadedModels': { type: 'integer', default: 2, minimum: 1, maximum: 16 },
	/** When models are loaded: once code is open, with the window, or not before they are asked. */
	'engine.preload': { type: 'choice', default: 'whenCodeIsOpen', choices: ['whenCodeIsOpen', 'atStart', 'onRequest'] },
	/** On a battery nothing is made while typing, and models go soon. */
	'engine.saveBattery': { type: 'boolean', default: false },
	/** KV states hold source text: kept on disk only where the user says so. */
	'engine.saveStates': { type: 'boolean', default: false },
	'chat.enabled': { type: 'boolean', default: true },
	/** Like `model.path`; empty: the model that completes. */
	'chat.modelPath': { type: 'path', default: '' },
	/** Tokens. */
	'chat.maxAnswerTokens': { type: 'integer', default: 1_024, minimum: 16, maximum: 32_768 },
	/** 0: always the most likely token. */
	/** How much the chat sees, where there is memory for it. */
	'chat.contextSize': { type: 'integer', default: 8_192, minimum: 512, maximum: 131_072 },
	'chat.temperature': { type: 'number', default: 0.2, minimum: 0, maximum: 2 },
	/** Reading the workspace for what `@workspace` finds in it. */
	'chat.index': { type: 'boolean', default: true },
	/** Makes vectors for it; like `model.path`. Empty: words alone count. */
	'chat.embeddingModelPath': { type: 'path', default: '' },
	/** Analyzing a file for security issues each time it is saved. */
	'security.onSave': { type: 'boolean', default: true },
	/** Findings below it are not shown. */
	'security.severity': { type: 'choice', default: 'low', choices: ['low', 'medium', 'high', 'critical'] },
	'security.confidence': { type: 'choice', default: 'medium', choices: ['low', 'medium', 'high'] },
	/** Kilobytes; larger files are not analyzed. */
	'security.maxFileKilobytes': { type: 'integer', default: 1_024, minimum: 16, maximum: 20_480 },
	/** Whether the model may be asked to judge findings. */
	'security.triage': { type: 'choice', default: 'off', choices: ['off', 'onDemand'] },
	/** Seconds for all findings that are judged at once. */
	'security.triageSeconds': { type: 'integer', default: 120, minimum: 5, maximum: 3_600 },
	/** Servers that run models, by name. One that is wrong is none, and the others neither. */
	backends: { type: 'array', default: [] as readonly Backend[], faultOf: backendsFault, isPrivate: true },
	/** Names of back ends; empty: the embedded engine. */
	'backend.completion': { type: 'text', default: '', faultOf: routeFault, isPrivate: true },
	'backend.chat': { type: 'text', default: '', faultOf: routeFault, isPrivate: true },
	'backend.embedding': { type: 'text', default: '', faultOf: routeFault, isPrivate: true },
	/** Whether the embedded engine answers where a back end does not. */
	'backend.failOver': { type: 'boolean', default: true },
	/** The name of the back end for single questions; empty: there is none. */
	'strongerModel.backend': { type: 'text', default: '', faultOf: routeFault, isPrivate: true },
	/** Tokens of prompts and answers. */
	'strongerModel.monthlyTokens': { type: 'integer', default: 200_000, minimum: 0, maximum: 1_000_000_000 },
	/** What may be asked of it, and how large it may be. */
	'strongerModel.rules': { type: 'array', default: defaultRules, faultOf: rulesFault },
	/** What the user allows to be sent where; this machine needs no entry. One that is wrong allows nothing. */
	'privacy.allowedDestinations': {
		type: 'array',
		default: [] as readonly AllowedDestination[],
		faultOf: destinationsFault,
		isPrivate: true,
	},
	/** Days for which what was asked of models stays on record. */
	'privacy.recordDays': { type: 'integer', default: 90, minimum: 1, maximum: 3_650 },
	/** Empty: what the editor's `http.proxy` says. */
	'network.proxy': { type: 'text', default: '', faultOf: proxyFault, isPrivate: true },
	/** By whose prices the dashboard says what the same tokens would have cost. */
	'costs.comparedModel': { type: 'text', default: 'gpt-5-mini', faultOf: nameFault },
	/** The user's own prices; they go before those that Alcove brings. */
	'costs.prices': { type: 'array', default: [] as readonly TokenPrice[], faultOf: pricesFault },
	/** In the currency of the prices; 0: the machine is there anyway. */
	'costs.hardwarePrice': { type: 'number', default: 0, minimum: 0, maximum: 1_000_000 },
	'costs.hardwareYears': { type: 'number', default: 4, minimum: 0.5, maximum: 20 },
	/** Watts that the machine takes more while a model computes. */
	'costs.extraWatts': { type: 'number', default: 40, minimum: 0, maximum: 5_000 },
	/** For a kilowatt-hour. */
	'costs.electricityPrice': { type: 'number', default: 0.3, minimum: 0, maximum: 100 },
	'costs.charactersPerMinute': { type: 'number', default: 200, minimum: 10, maximum: 2_000 },
	'costs.secondsPerLook': { type: 'number', default: 0.5, minimum: 0, maximum: 60 },
} as const satisfies Record<string, SettingRule>

function nameFault(raw: unknown): string | undefined {
	return typeof raw === 'string' && raw.trim() !== '' ? undefined : '"…"'
}

/** Empty: nobody is named. */
function routeFault(raw: unknown): string | undefined {
	return typeof raw === 'string' ? undefined : '"…"'
}

type SettingRule =
	| { readonly type: 'boolean'; readonly default: boolean }
	| {
			readonly type: 'integer' | 'number'
			readonly default: number
			readonly minimum: number
			readonly maximum: number
	  }
	| { readonly type: 'path'; readonly default: string }
	| { readonly type: 'choice'; readonly default: string; readonly choices: readonly string[] }
	| (OwnForm & { readonly type: 'array'; readonly default: readonly unknown[] })
	| (OwnForm & { readonly type: 'text'; readonly default: string })

interface OwnForm {
	/** What would be right in place of a value that is wrong, and where in it; undefined where it is right. */
	readonly faultOf: (raw: unknown) => string | undefined
	/** Names of hosts, or a password: no report for others has the value. */
	readonly isPrivate?: true
}

export type SettingKey = keyof typeof settingRules

type ValueOf<R> = R extends { readonly choices: readonly (infer C)[] }
	? C
	: R extends { readonly type: 'boolean' }
		? boolean
		: R extends { readonly type: 'path' | 'text' }
			? string
			: R extends { readonly type: 'array'; readonly default: infer D }
				? D
				: number

export type Settings = { readonly [K in SettingKey]: ValueOf<(typeof settingRules)[K]> }

/** A value that was not taken; the default is used in its place. */
export interface SettingComplaint {
	readonly key: SettingKey
	readonly reason: 'wrongType' | 'outOfRange' | 'notAChoice' | 'notAbsolute' | 'malformed'
	/** What would have been right, for a message: a type, a range, a list of choices. */
	readonly expected: string
}

export const settingKeys = Object.keys(settingRules) as readonly SettingKey[]

export const defaultSettings = Object.fromEntries(
	settingKeys.map((key) => [key, settingRules[key].default]),
) as unknown as Settings

/** Reads every setting; `rawValue` answers what the user's files say, undefined where they say nothing. */
export function readSettings(rawValue: (key: SettingKey) => unknown): {
	readonly settings: Settings
	readonly complaints: readonly SettingComplaint[]
} {
	const complaints: SettingComplaint[] = []
	const entries = settingKeys.map((key) => {
		const { value, complaint } = checkSetting(key, rawValue(key))
		if (complaint) complaints.push(complaint)
		return [key, value]
	})
	return { settings: Object.fromEntries(entries) as Settings, complaints }
}

/** The value if it is one that the setting takes, else the default and what is wrong. */
export function checkSetting<K extends SettingKey>(
	key: K,
	raw: unknown,
): { readonly value: Settings[K]; readonly complaint?: SettingComplaint } {
	const rule: SettingRule = settingRules[key]
	const fallback = defaultSettings[key]
	if (raw === undefined) return { value: fallback }
	const wrong = faultOf(rule, raw)
	if (!wrong) return { value: raw as Settings[K] }
	return { value: fallback, complaint: { key, ...wrong } }
}

function faultOf(rule: SettingRule, raw: unknown): Omit<SettingComplaint, 'key'> | undefined {
	switch (rule.type) {
		case 'boolean':
			return typeof raw === 'boolean' ? undefined : { reason: 'wrongType', expected: 'true, false' }
		case 'path':
			if (typeof raw !== 'string') return { reason: 'wrongType', expected: '"…"' }
			return isUsablePath(raw) ? undefined : { reason: 'notAbsolute', expected: '/…, C:\\…, ~/…' }
		case 'choice':
			if (typeof raw === 'string' && rule.choices.includes(raw)) return undefined
			return { reason: 'notAChoice', expected: rule.choices.join(', ') }
		case 'array':
		case 'text': {
			const expected = rule.faultOf(raw)
			return expected === undefined ? undefined : { reason: 'malformed', expected }
		}
		default:
			return numberFault(rule, raw)
	}
}

function numberFault(
	rule: { readonly type: 'integer' | 'number'; readonly minimum: number; readonly maximum: number },
	raw: unknown,
): Omit<SettingComplaint, 'key'> | undefined {
	const expected = `${rule.minimum} – ${rule.maximum}`
	if (typeof raw !== 'number' || Number.isNaN(raw)) return { reason: 'wrongType', expected }
	if (rule.type === 'integer' && !Number.isInteger(raw)) return { reason: 'wrongType', expected }
	return raw >= rule.minimum && raw <= rule.maximum ? undefined : { reason: 'outOfRange', expected }
}

function foldersFault(raw: unknown): string | undefined {
	const isList = Array.isArray(raw) && raw.every((one) => typeof one === 'string' && one !== '' && isUsablePath(one))
	return isList ? undefined : '[ "/…", "C:\\\\…", "~/…" ]'
}

/** No name and no password: they would be shown. */
function mirrorFault(raw: unknown): string | undefined {
	const isAddress =
		typeof raw === 'string' && /^https?:\/\/(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?(\/[\w./~-]*)?$/i.test(raw)
	return isAddress ? undefined : 'https://host, https://host/path'
}

function isUsablePath(path: string): boolean {
	const trimmed = path.trim()
	return trimmed === '' || /^(\/|\\\\|[a-zA-Z]:[\\/]|~[\\/])/.test(trimmed)
}
