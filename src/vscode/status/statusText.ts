import type { StatusView } from '../../core/completion/statusView.ts'
import { reasonText } from '../completion/reasonText.ts'
import type { L10n } from '../l10n.ts'
import { problemText } from '../models/problemText.ts'

export interface StatusText {
	/** With an icon, for the bar. */
	readonly text: string
	/** A sentence, for screen readers and the head of the tooltip. */
	readonly label: string
	readonly isError: boolean
}

export function statusText(l10n: L10n, view: StatusView): StatusText {
	switch (view.kind) {
		case 'off':
			return calm(
				`$(circle-slash) ${l10n.t('Alcove: off')}`,
				view.scope === 'everywhere'
					? l10n.t('Alcove: completions are off')
					: l10n.t('Alcove: completions are off for this language'),
			)
		case 'snoozed':
			return view.minutes === Number.POSITIVE_INFINITY
				? calm(`$(bell-slash) ${l10n.t('Alcove: snoozed')}`, l10n.t('Alcove: suggestions are paused in this window'))
				: calm(
						`$(bell-slash) ${l10n.t('Alcove: {0} min', view.minutes)}`,
						l10n.t('Alcove: suggestions are paused for {0} more minutes', view.minutes),
					)
		case 'held':
			return calm(
				`$(lightbulb-sparkle) ${l10n.t('Suggestion ready')}`,
				l10n.t('Alcove: there is a suggestion. To see it, run "Trigger Inline Suggestion" (Alt+\\)'),
			)
		case 'idle':
			return calm('$(sparkle) Alcove', l10n.t('Alcove: the model is loaded when you type'))
		case 'loading': {
			const { percent, model } = view
			if (percent === undefined) return busy(l10n.t('Alcove: starting'), l10n.t('Alcove: starting the engine'))
			return busy(l10n.t('Alcove: loading {0} %', percent), l10n.t('Alcove: loading {0}, {1} %', model, percent))
		}
		case 'restarting':
			return busy(l10n.t('Alcove: restarting'), l10n.t('Alcove: the engine stopped and is being restarted'))
		case 'ready':
			return calm(`$(sparkle) ${shortName(view.model)}`, l10n.t('Alcove: ready, {0}', view.model))
		case 'byHand': {
			const name = view.model === undefined ? 'Alcove' : shortName(view.model)
			return calm(`$(sparkle) ${name}`, l10n.t('Alcove: suggestions come when you ask for them'))
		}
		case 'onBattery':
			return calm(
				`$(sparkle) ${l10n.t('Alcove: on battery')}`,
				l10n.t('Alcove: on battery, suggestions come when you ask for them'),
			)
		case 'thinking':
			return busy(shortName(view.model), l10n.t('Alcove: thinking, {0}', view.model))
		case 'noSuggestion': {
			const { short } = reasonText(l10n, view.reason)
			return calm(`$(sparkle) ${l10n.t('No suggestion: {0}', short)}`, l10n.t('Alcove: no suggestion, {0}', short))
		}
		case 'error': {
			const { short } = problemText(l10n, view.problem)
			return {
				text: `$(error) ${l10n.t('Alcove: {0}', short)}`,
				label: l10n.t('Alcove: error, {0}', short),
				isError: true,
			}
		}
	}
}

function calm(text: string, label: string): StatusText {
	return { text, label, isError: false }
}

function busy(text: string, label: string): StatusText {
	return { text: `$(loading~spin) ${text}`, label, isError: false }
}

const longestName = 28

/** A name comes out of a file: it must neither fill the bar nor draw icons in it. */
function shortName(name: string): string {
	const plain = name.replaceAll('$(', '$ (').replace(/\s+/g, ' ').trim()
	const characters = [...plain]
	return characters.length <= longestName ? plain : `${characters.slice(0, longestName - 1).join('')}…`
}
