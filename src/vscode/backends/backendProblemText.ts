import type { BackendPlace, ModelProblem, ModelProblemCode } from '../../core/model/modelState.ts'
import type { L10n } from '../l10n.ts'
import type { ProblemText } from '../models/problemParts.ts'

export type BackendProblemCode = Extract<ModelProblemCode, `backend${string}` | 'modelNotServed' | 'modelNotCapable'>

export function isBackendProblem(code: ModelProblemCode): code is BackendProblemCode {
	return code.startsWith('backend') || code === 'modelNotServed' || code === 'modelNotCapable'
}

/** A problem with a back end: what is wrong, where, and what to do. */
export function backendProblemText(l10n: L10n, code: BackendProblemCode, problem: ModelProblem): ProblemText {
	const { detail } = problem
	const place = problem.backend
	const name = place?.name ?? l10n.t('The back end')
	const address = place?.address ?? l10n.t('(unknown address)')
	switch (code) {
		case 'backendUnreachable':
			return { short: l10n.t('back end not running'), message: unreachableText(l10n, name, address, place) }
		case 'backendNotAllowed':
			return { short: l10n.t('back end not allowed'), message: notAllowedText(l10n, name, address, detail) }
		case 'backendUnauthorized':
			return {
				short: l10n.t('back end wants a key'),
				message: l10n.t(
					'{0} at {1} does not let Alcove in ({2}). Set its key with “Alcove: Set the Key of a Back End…”.',
					name,
					address,
					detail,
				),
			}
		case 'modelNotServed':
			return {
				short: l10n.t('model not on back end'),
				message: l10n.t(
					'{0} at {1} does not have the model ({2}). Get it there, or choose another one.',
					name,
					address,
					detail,
				),
			}
		case 'modelNotCapable':
			return {
				short: l10n.t('back end cannot do this'),
				message: l10n.t(
					'{0} at {1} cannot do what it was chosen for ({2}). Choose another model or back end.',
					name,
					address,
					detail,
				),
			}
		case 'backendBusy':
			return {
				short: l10n.t('back end is busy'),
				message: l10n.t(
					'{0} at {1} is busy ({2}). Ask again later, or choose the embedded model.',
					name,
					address,
					detail,
				),
			}
		case 'backendTimeout':
			return {
				short: l10n.t('back end does not answer'),
				message: l10n.t(
					'{0} at {1} took too long to answer. See what it is at, or choose the embedded model.',
					name,
					address,
				),
			}
		case 'backendFailed':
			return {
				short: l10n.t('back end failed'),
				message: l10n.t(
					'{0} at {1} failed ({2}). See its own log, or choose the embedded model.',
					name,
					address,
					detail,
				),
			}
	}
}

function unreachableText(l10n: L10n, name: string, address: string, place: BackendPlace | undefined): string {
	return place?.isThisMachine
		? l10n.t('{0} is not running at {1}: start it, or choose the embedded model.', name, address)
		: l10n.t(
				'{0} cannot be reached at {1}: see whether it runs and the network is there, or choose the embedded model.',
				name,
				address,
			)
}

function notAllowedText(l10n: L10n, name: string, address: string, detail: string): string {
	return detail === 'notEncrypted'
		? l10n.t(
				'{0} at {1} is not this machine, and is reached with https:// only. Correct its address, or choose the embedded model.',
				name,
				address,
			)
		: l10n.t(
				'{0} at {1} is not this machine, and nobody has allowed it yet. Allow it with “Alcove: Choose Backend…”.',
				name,
				address,
			)
}
