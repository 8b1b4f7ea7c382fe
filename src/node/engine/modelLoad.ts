import { basename } from 'node:path'
import type { ModelSpec } from '../../core/model/engineControl.ts'
import type { LoadedModel, ModelProblem, ModelProblemCode } from '../../core/model/modelState.ts'
import type { EngineArguments, ModelSummary } from '../../protocol/engine.ts'
import { EngineError, type EngineErrorCode, type EngineErrorData } from '../../protocol/engineErrors.ts'
import type { EngineClient } from './engineClient.ts'

export type ModelUse = NonNullable<EngineArguments<'loadModel'>['use']>

/**
 * Loads a model; the answer has the number that names it in requests. `onFraction` is called with rising values from 0 to
 * 1, at most once for each per cent.
 */
export async function loadModel(
	client: EngineClient,
	spec: ModelSpec,
	use: ModelUse,
	onFraction: (fraction: number) => void,
): Promise<{ readonly id: number; readonly model: LoadedModel }> {
	let shown = -1
	const { path, draftPath, contextSize, leastContextSize } = spec
	const summary = await client.request(
		'loadModel',
		{
			...{ path, contextSize, use },
			...(draftPath !== undefined && { draftPath }),
			...(leastContextSize !== undefined && { leastContextSize }),
		},
		{
			onProgress: ({ fraction }) => {
				const perCent = Math.floor(fraction * 100)
				if (perCent <= shown) return
				shown = perCent
				onFraction(fraction)
			},
		},
	)
	return { id: summary.id, model: toLoadedModel(summary) }
}

export function isSameSpec(a: ModelSpec, b: ModelSpec): boolean {
	const keys = ['origin', 'path', 'draftPath', 'contextSize', 'leastContextSize'] as const
	return keys.every((key) => a[key] === b[key])
}

/** What to call a model whose own name is not known yet. */
export function nameOf(spec: ModelSpec): string {
	return basename(spec.path)
}

export function toProblem({ code, file, detail, neededBytes, availableBytes }: EngineErrorData): ModelProblem {
	return {
		code: problemCodes[code],
		detail,
		...(file !== undefined && { file }),
		...(neededBytes !== undefined && { neededBytes }),
		...(availableBytes !== undefined && { availableBytes }),
	}
}

export function problemOf(error: unknown): ModelProblem {
	if (error instanceof EngineError) return toProblem(error.data)
	return { code: 'internal', detail: error instanceof Error ? error.name : 'unknown error' }
}

/** The three codes without a counterpart mean a fault of ours. */
const problemCodes: Readonly<Record<EngineErrorCode, ModelProblemCode>> = {
	modelMissing: 'modelMissing',
	modelUnreadable: 'modelUnreadable',
	modelNotGguf: 'modelNotGguf',
	modelTruncated: 'modelTruncated',
	modelCorrupt: 'modelCorrupt',
	modelUnsupported: 'modelUnsupported',
	modelTooLarge: 'modelTooLarge',
	modelNotLoaded: 'internal',
	invalidRequest: 'internal',
	versionMismatch: 'versionMismatch',
	libraryMissing: 'libraryMissing',
	engineStopped: 'internal',
	engineCrashed: 'engineCrashed',
	engineUnresponsive: 'engineUnresponsive',
	internal: 'internal',
}

function toLoadedModel({
	id,
	trainContextSize,
	verifyCurve,
	draft,
	embeddingSize,
	...model
}: ModelSummary): LoadedModel {
	return {
		...model,
		...(embeddingSize !== undefined && { embeddingSize }),
		draft: 'name' in draft ? { name: draft.name } : { none: draft.none, detail: draft.detail },
	}
}
