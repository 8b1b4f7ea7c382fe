import { createHash } from 'node:crypto'
import { cpus } from 'node:os'
import * as v from 'valibot'

/** Raised when what is measured, or how, changes: profiles of another format are measured again. */
export const profileFormat = 2

const positive = v.pipe(v.number(), v.minValue(1e-6), v.maxValue(1e7))
const whole = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1 << 20))

/** How a model's contexts compute fastest. Times in milliseconds. */
const ContextTuning = v.object({
	/** For one token in a call, for a few, and for as many as a prompt has. */
	threads: v.object({ single: whole, several: whole, prompts: whole }),
	flashAttention: v.boolean(),
	batchSize: whole,
	kvType: v.picklist(['f16', 'q8_0']),
	gpuLayers: v.pipe(v.number(), v.integer(), v.minValue(0)),
	/** Of one token of a prompt. */
	promptMs: positive,
})
export type ContextTuning = v.InferOutput<typeof ContextTuning>

/** How a model computes fastest on this machine, and what it takes there. Times in milliseconds. */
export const TuningProfile = v.object({
	format: v.literal(profileFormat),
	/** What it was measured for; in the file too, so that a renamed one is no other's. */
	key: v.string(),
	/** Milliseconds since 1970. */
	measuredAt: v.pipe(v.number(), v.minValue(0)),
	target: ContextTuning,
	/** Empty where the model cannot take back tokens, and nothing is verified. */
	verifyCurve: v.pipe(v.array(v.object({ tokens: whole, ms: positive })), v.maxLength(64)),
	draft: v.optional(v.object({ context: ContextTuning, token: positive, prepared: positive })),
})
export type TuningProfile = v.InferOutput<typeof TuningProfile>

/** What a profile holds for, beside the machine. */
export interface TuningSubject {
	readonly libraryVersion: string
	readonly backend: string
	/** See `modelIdentity`. */
	readonly model: string
	readonly draft: string | undefined
	readonly contextSize: number
}

/** Another one for every other machine, library, model, draft model or size of the context. */
export function profileKey({ libraryVersion, backend, model, draft, contextSize }: TuningSubject): string {
	const processors = cpus()
	const machine = [processors[0]?.model ?? '', processors.length, process.platform, process.arch]
	const all = [profileFormat, ...machine, libraryVersion, backend, model, draft ?? '', contextSize]
	return createHash('sha256').update(JSON.stringify(all)).digest('hex')
}
