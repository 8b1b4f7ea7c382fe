import type { ModelProblem } from '../../core/model/modelState.ts'
import type { ProblemAction } from '../../core/model/problemActions.ts'
import { backendProblemText, isBackendProblem } from '../backends/backendProblemText.ts'
import type { L10n } from '../l10n.ts'
import type { ProblemText } from './problemParts.ts'

export function problemText(l10n: L10n, problem: ModelProblem): ProblemText {
	if (isBackendProblem(problem.code)) return backendProblemText(l10n, problem.code, problem)
	switch (problem.code) {
		case 'libraryMissing':
			return {
				short: l10n.t('engine is incomplete'),
				message: l10n.t(
					'The part of Alcove that runs models is missing or does not fit this system ({0}). Install the version of the extension for this platform.',
					problem.detail,
				),
			}
		case 'versionMismatch':
			return {
				short: l10n.t('engine has another version'),
				message: l10n.t('The engine process is of another version than the extension. Reload the window.'),
			}
		case 'engineCrashed':
			return {
				short: l10n.t('engine stopped'),
				message: l10n.t(
					'The engine process stopped several times ({0}). Restart it, or use a smaller model. The log has the details.',
					problem.detail,
				),
			}
		case 'engineUnresponsive':
			return {
				short: l10n.t('engine does not answer'),
				message: l10n.t(
					'The engine process does not answer ({0}). Restart it, or use a smaller model.',
					problem.detail,
				),
			}
		case 'internal':
			return {
				short: l10n.t('internal error'),
				message: l10n.t(
					'Something went wrong inside the engine ({0}). Restart it; the log has the details.',
					problem.detail,
				),
			}
		default:
			return fileProblemText(l10n, problem)
	}
}

function fileProblemText(l10n: L10n, { code, file: path, detail, ...sizes }: ModelProblem): ProblemText {
	const file = path ?? l10n.t('(unknown file)')
	switch (code) {
		case 'modelMissing':
			return {
				short: l10n.t('model file not found'),
				message: l10n.t(
					'The model file {0} does not exist. Choose another one, or put it back and restart the engine.',
					file,
				),
			}
		case 'modelUnreadable':
			return {
				short: l10n.t('model file not readable'),
				message: l10n.t(
					'The model file {0} cannot be read ({1}). Check its permissions, or choose another one.',
					file,
					detail,
				),
			}
		case 'modelNotGguf':
			return {
				short: l10n.t('not a GGUF file'),
				message: l10n.t('{0} is not a GGUF model. Choose a file that ends in .gguf.', file),
			}
		case 'modelTruncated':
			return {
				short: l10n.t('model file incomplete'),
				message: l10n.t('The model file {0} ends too early ({1}). Download or copy it once more.', file, detail),
			}
		case 'modelUnsupported':
			return {
				short: l10n.t('model not supported'),
				message: l10n.t(
					'The model in {0} is of a kind that llama.cpp does not know ({1}). Choose another one.',
					file,
					detail,
				),
			}
		case 'modelTooLarge':
			return { short: l10n.t('model too large'), message: tooLargeMessage(l10n, file, detail, sizes) }
		default:
			return {
				short: l10n.t('model file damaged'),
				message: l10n.t(
					'The model file {0} is damaged ({1}). Download it once more, or choose another one.',
					file,
					detail,
				),
			}
	}
}

function tooLargeMessage(
	l10n: L10n,
	file: string,
	detail: string,
	{ neededBytes, availableBytes }: Pick<ModelProblem, 'neededBytes' | 'availableBytes'>,
): string {
	if (neededBytes === undefined || availableBytes === undefined) {
		return l10n.t(
			'The model {0} does not fit into memory ({1}). Choose a smaller one, or lower the context size.',
			file,
			detail,
		)
	}
	return l10n.t(
		'The model {0} needs {1} GB of memory, and {2} GB are free. Choose a smaller one, or lower the context size.',
		file,
		gigabytes(neededBytes),
		gigabytes(availableBytes),
	)
}

/** With one place behind the point. */
export function gigabytes(bytes: number): string {
	return (bytes / 1e9).toFixed(1)
}

export function actionLabel(l10n: L10n, action: ProblemAction): string {
	switch (action) {
		case 'chooseModel':
			return l10n.t('Choose Model…')
		case 'useStarterModel':
			return l10n.t('Use Starter Model')
		case 'restartEngine':
			return l10n.t('Restart Engine')
		case 'showLog':
			return l10n.t('Show Log')
		case 'chooseBackend':
			return l10n.t('Choose Backend…')
		case 'setBackendKey':
			return l10n.t('Set Its Key…')
	}
}
