import type { Enablement } from '../../core/completion/statusView.ts'
import type { BatterySaver } from '../../core/model/batterySaver.ts'
import type { Settings } from '../../core/settings.ts'

/** Whether suggestions are made while somebody types, by the settings and by what the machine runs on. */
export type CompletionMode = Settings['completion.mode'] | 'onBattery'

export function completionMode(settings: Settings, battery: Pick<BatterySaver, 'isSaving'>): CompletionMode {
	const mode = settings['completion.mode']
	return battery.isSaving && mode !== 'manual' ? 'onBattery' : mode
}

/** Modes in which nothing is made before it is asked for. */
export function isOnlyByHand(mode: CompletionMode): mode is 'manual' | 'onBattery' {
	return mode === 'manual' || mode === 'onBattery'
}

export const enablementOf: { readonly [mode in CompletionMode]: Enablement } = {
	automatic: 'on',
	subtle: 'shownByHand',
	manual: 'onlyByHand',
	onBattery: 'onBattery',
}
