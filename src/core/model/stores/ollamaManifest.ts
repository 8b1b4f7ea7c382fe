/** What Ollama's manifest of a model names; digests as `sha256:…`. */
export interface OllamaManifest {
	/** The weights, a GGUF file. */
	readonly model: string
	readonly modelBytes: number | undefined
	readonly licence: string | undefined
}

const modelLayer = 'application/vnd.ollama.image.model'
const licenceLayer = 'application/vnd.ollama.image.license'

/**
 * Reads a manifest of Ollama's store: one of Docker's, version 2, whose layers have types of Ollama's own. Source: `server/manifest.go`
 * and `server/images.go` of github.com/ollama/ollama.
 *
 * @returns undefined where it is damaged, or of a model that has no file, such as one in the cloud
 */
export function readOllamaManifest(text: string): OllamaManifest | undefined {
	let manifest: unknown
	try {
		manifest = JSON.parse(text)
	} catch {
		return undefined
	}
	if (!isRecord(manifest) || !Array.isArray(manifest.layers)) return undefined
	const layers = manifest.layers.filter(isRecord)
	const digestOf = (type: string) => layers.find(({ mediaType }) => mediaType === type)?.digest
	const model = digestOf(modelLayer)
	const licence = digestOf(licenceLayer)
	const bytes = layers.find(({ mediaType }) => mediaType === modelLayer)?.size
	if (!isDigest(model)) return undefined
	return {
		model,
		modelBytes: typeof bytes === 'number' ? bytes : undefined,
		licence: isDigest(licence) ? licence : undefined,
	}
}

/** The name of the file that a digest stands for, in the folder `blobs`: `:` may not be part of a name on Windows. */
export function ollamaBlob(digest: string): string {
	return digest.replace(':', '-')
}

/**
 * How people call a model, from where its manifest is below `manifests`: host, namespace, name and tag. What Ollama's own
 * registry has is called without host and namespace.
 *
 * @returns undefined where it is not a path of four parts or more
 */
export function ollamaTitle(parts: readonly string[]): string | undefined {
	if (parts.length < 4) return undefined
	const [host, namespace] = parts
	const tag = parts.at(-1) ?? ''
	const path = parts.slice(0, -1)
	const isLibrary = host === 'registry.ollama.ai' && namespace === 'library'
	const shown = isLibrary ? path.slice(2) : host === 'registry.ollama.ai' ? path.slice(1) : path
	return `${shown.join('/')}:${tag}`
}

/** Nothing else may become part of a path. */
function isDigest(value: unknown): value is string {
	return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
}
