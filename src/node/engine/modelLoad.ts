import { basename } from 'node:path'
import type { LoadedModel, ModelProblem, ModelProblemCode, ModelSpec } from '../../core/model/ports.ts'
import type { ModelSummary } from '../../protocol/engine.ts'
import { EngineError, type EngineErrorCode, type EngineErrorData } from '../../protocol/engineErrors.ts'
import type { EngineClient } from './engineClient.ts'

/** Loads a model. `onFraction` is called with rising values from 0 to 1, at most once for each per cent. */
export async function loadModel(
	client: EngineClient,
	spec: ModelSpec,
	onFraction: (fraction: number) => void,
): Promise<LoadedModel> {
	let shown = -1
	const { path, draftPath, contextSize } = spec
	const summary = await client.request(
		'loadModel',
		draftPath === undefined ? { path, contextSize } : { path, draftPath, contextSize },
		{
			onProgress: ({ fraction }) => {
				const perCent = Math.floor(fraction * 100)
				if (perCent <= shown) return
				shown = perCent
				onFraction(fraction)
			},
		},
	)
	return toLoadedModel(summary)
}

export function isSameSpec(a: ModelSpec, b: ModelSpec): boolean {
	return (
		a.origin === b.origin &&
		a.path === b.path &&
		a.draftPath === b.draftPath &&
		a.contextSize === b.contextSize &&
		a.gpu === b.gpu
	)
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

function toLoadedModel(summary: ModelSummary): LoadedModel {
	const { draft } = summary
	return {
		path: summary.path,
		name: summary.name,
		architecture: summary.architecture,
		quantization: summary.quantization,
		fileBytes: summary.fileBytes,
		contextSize: summary.contextSize,
		fimOrder: summary.fimOrder,
		backend: summary.backend,
		threads: summary.threads,
		draft: 'name' in draft ? { name: draft.name } : { none: draft.none, detail: draft.detail },
		loadMs: summary.loadMs,
	}
}
