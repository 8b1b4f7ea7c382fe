import type { EngineCache } from '../cache/engineCache.ts'
import { modelIdentity } from '../cache/modelIdentity.ts'
import { profileFormat, profileKey, type TuningProfile } from '../cache/tuningProfile.ts'
import { type CheckedModelFile, checkModelFile } from './checkModelFile.ts'
import { type LlamaLibrary, libraryVersion } from './library.ts'

/** What is known of a model on this machine from earlier loads. */
export interface Tuning {
	/** Absent where nothing can be kept. */
	readonly key: string | undefined
	readonly profile: TuningProfile | undefined
	/** See `modelIdentity`. */
	readonly identity: string | undefined
}

interface Wanted {
	readonly draftPath?: string | undefined
	readonly contextSize: number
}

const nothing: Tuning = { key: undefined, profile: undefined, identity: undefined }

/** Looks for what was measured before. Never rejects: without it everything is measured. */
export async function tuningBefore(
	file: CheckedModelFile,
	{ draftPath, contextSize }: Wanted,
	{ cache, library }: { readonly cache?: EngineCache | undefined; readonly library: LlamaLibrary },
): Promise<Tuning> {
	if (!cache) return nothing
	try {
		const identity = await modelIdentity(file)
		const draft = draftPath === undefined ? undefined : await draftIdentity(draftPath)
		const key = profileKey({
			libraryVersion: await libraryVersion(),
			backend: library.llama.gpu || 'cpu',
			model: identity,
			draft,
			contextSize: Math.min(contextSize, file.facts.trainContextSize),
		})
		return { key, identity, profile: await cache.profiles.read(key) }
	} catch {
		// The file changed under us; if it is gone, the load says so better.
		return nothing
	}
}

/** Fewer sizes were measured where a call takes long, or where the machine was too busy to measure. */
const leastSizes = 4
/** Milliseconds of a token above which a call takes long. */
const longToken = 50

/** Keeps what was measured for the next load, unless it says too little. */
export async function keepTuning(
	cache: EngineCache | undefined,
	{ key }: Tuning,
	measured: Omit<TuningProfile, 'format' | 'key' | 'measuredAt'>,
): Promise<void> {
	if (!cache || key === undefined) return
	const { verifyCurve } = measured
	const isPoor = verifyCurve.length > 0 && verifyCurve.length < leastSizes
	if (isPoor && (verifyCurve[0]?.ms ?? 0) < longToken) return
	await cache.profiles.write({ format: profileFormat, key, measuredAt: Date.now(), ...measured })
}

/** A draft that cannot be read is refused later, with its reason. */
async function draftIdentity(path: string): Promise<string> {
	return checkModelFile(path).then(modelIdentity, () => 'none')
}
