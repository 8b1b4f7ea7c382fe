/** Which interface a server speaks. `openai`: any that is compatible with OpenAI's, such as vLLM, TGI, LM Studio, `alcove serve`. */
export type BackendKind = 'ollama' | 'llama-server' | 'openai'

/** What a back end may be used for. */
export type BackendPurpose = 'completion' | 'chat' | 'embedding' | 'strongerModel'

/** A server that runs models, as the user's settings name it. Its key is no setting. */
export interface Backend {
	/** By this the settings and the status bar know it. */
	readonly name: string
	readonly kind: BackendKind
	/** `http://127.0.0.1:11434`; with or without `/v1`. */
	readonly url: string
	/** As the server names it. Absent: the first one that it has. */
	readonly model?: string
	/** Default: all. */
	readonly purposes?: readonly BackendPurpose[]
	/** Tokens, where the server does not say, or should be asked for less. */
	readonly contextSize?: number
}

export const backendKinds: readonly BackendKind[] = ['ollama', 'llama-server', 'openai']
export const backendPurposes: readonly BackendPurpose[] = ['completion', 'chat', 'embedding', 'strongerModel']

/** Where each kind of server listens where nobody says otherwise: looked at when the user asks what there is, and only then. */
export const wellKnownBackends: readonly Backend[] = [
	// github.com/ollama/ollama, docs/faq: OLLAMA_HOST.
	{ name: 'Ollama', kind: 'ollama', url: 'http://127.0.0.1:11434' },
	// github.com/ggml-org/llama.cpp, tools/server/README.md: --port.
	{ name: 'llama-server', kind: 'llama-server', url: 'http://127.0.0.1:8080' },
	// The default of the llama.vscode extension for completions.
	{ name: 'llama-server 8012', kind: 'llama-server', url: 'http://127.0.0.1:8012' },
	// lmstudio.ai/docs: the local server.
	{ name: 'LM Studio', kind: 'openai', url: 'http://127.0.0.1:1234' },
	// docs.vllm.ai: vllm serve.
	{ name: 'vLLM', kind: 'openai', url: 'http://127.0.0.1:8000' },
	{ name: 'alcove serve', kind: 'openai', url: 'http://127.0.0.1:8791' },
]

const mostBackends = 50
const form = '{ "name": "…", "kind": "ollama" | "llama-server" | "openai", "url": "http://…", "model"?: "…" }'

/** What is wrong with a value of `alcove.backends`: which entry, and what would be right. */
export function backendsFault(raw: unknown): string | undefined {
	if (!Array.isArray(raw) || raw.length > mostBackends) return `[ ${form} ]`
	const names = new Set<unknown>()
	for (const [at, entry] of raw.entries()) {
		const fault = entryFault(entry)
		if (fault !== undefined) return `[${at}]${fault}`
		const { name } = entry as Backend
		if (names.has(name)) return `[${at}].name: ${JSON.stringify(name)} ×2`
		names.add(name)
	}
	return undefined
}

function entryFault(entry: unknown): string | undefined {
	if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return ` = ${form}`
	const { name, kind, url, model, purposes, contextSize, ...others } = entry as Readonly<Record<string, unknown>>
	if (Object.keys(others).length > 0) return ` = ${form}`
	if (typeof name !== 'string' || name.trim() === '' || name.length > 60) return '.name = "…"'
	if (!backendKinds.some((known) => known === kind)) return `.kind = ${quoted(backendKinds)}`
	if (typeof url !== 'string' || !isBackendUrl(url)) return '.url = "http://127.0.0.1:8080" | "https://…"'
	if (model !== undefined && (typeof model !== 'string' || model.length > 300)) return '.model = "…"'
	if (purposes !== undefined && !isListOf(purposes, backendPurposes))
		return `.purposes = [ ${quoted(backendPurposes)} ]`
	if (contextSize !== undefined && !isContextSize(contextSize)) return '.contextSize = 512 – 1048576'
	return undefined
}

/** A name or a password in it would end up in logs, and a query has no place in an address that paths are added to. */
export function isBackendUrl(url: string): boolean {
	return /^https?:\/\/(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?(\/[\w./~%-]*)?$/i.test(url)
}

/** Without the end that some programs want and others do not. */
export function backendRoot(url: string): string {
	return url.replace(/\/+$/, '').replace(/\/v1$/, '')
}

/** The one that a purpose is routed to; undefined: the embedded engine, also where the name means nothing any more. */
export function backendFor(backends: readonly Backend[], name: string, purpose: BackendPurpose): Backend | undefined {
	const backend = backends.find((one) => one.name === name)
	return backend && (backend.purposes ?? backendPurposes).includes(purpose) ? backend : undefined
}

function isListOf(value: unknown, known: readonly string[]): boolean {
	return Array.isArray(value) && value.length > 0 && value.every((one) => known.includes(one))
}

function isContextSize(value: unknown): boolean {
	return typeof value === 'number' && Number.isInteger(value) && value >= 512 && value <= 1_048_576
}

function quoted(words: readonly string[]): string {
	return words.map((word) => `"${word}"`).join(' | ')
}
