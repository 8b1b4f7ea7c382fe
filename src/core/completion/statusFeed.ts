import type { Clock } from '../../shared/clock.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { Emitter, type Event } from '../../shared/event.ts'
import type { CompletionModel } from '../model/ports.ts'
import type { InlineOutcome } from './outcome.ts'
import type { Snooze } from './snooze.ts'
import { type Enablement, type StatusView, statusView } from './statusView.ts'

/** An answer that comes at once needs no "thinking", */
const thinkingAfterMs = 150
/** and a reason is worth a change of the bar only when the user stops to look. */
const noSuggestionAfterMs = 400

/** What the feed watches of the completer. */
export interface CompletionActivity {
	readonly isThinking: boolean
	readonly onDidChangeActivity: Event<boolean>
	readonly onDidFinish: Event<InlineOutcome>
}

/** The view of the status bar over time, calm enough to be read: it fires only when there is something new to show. */
export class StatusFeed implements Disposable {
	private readonly model: CompletionModel
	private readonly activity: CompletionActivity
	private readonly clock: Clock
	private readonly enablement: () => Enablement
	private readonly snooze: Snooze | undefined
	private readonly subscriptions = new DisposableStore()
	private readonly changes: Emitter<StatusView>
	/** At the place where the cursor stands; cancelled ones left out. */
	private lastOutcome: InlineOutcome | undefined
	private answer: InlineOutcome | undefined
	private shown: StatusView
	private pending: { readonly view: StatusView; readonly timer: Disposable } | undefined

	readonly onDidChange: Event<StatusView>

	constructor(deps: {
		model: CompletionModel
		activity: CompletionActivity
		clock: Clock
		enablement: () => Enablement
		snooze?: Snooze
	}) {
		this.model = deps.model
		this.activity = deps.activity
		this.clock = deps.clock
		this.enablement = deps.enablement
		this.snooze = deps.snooze
		this.changes = this.subscriptions.add(new Emitter<StatusView>())
		this.onDidChange = this.changes.event
		this.shown = this.current()
		this.subscriptions.add(deps.model.onDidChangeState(() => this.modelChanged()))
		this.subscriptions.add(deps.activity.onDidChangeActivity(() => this.refresh()))
		if (deps.snooze) this.subscriptions.add(deps.snooze.onDidChange(() => this.refresh()))
		this.subscriptions.add(deps.activity.onDidFinish((outcome) => this.finished(outcome)))
	}

	get view(): StatusView {
		return this.shown
	}

	/** The last outcome for which the model was asked, wherever that was. */
	get lastAnswer(): InlineOutcome | undefined {
		return this.answer
	}

	/** To be called when the cursor stands elsewhere: a reason that was given for the last place says nothing there. */
	forgetOutcome(): void {
		this.lastOutcome = undefined
		this.refresh()
	}

	/** To be called when something changed that the feed does not watch itself, such as the settings. */
	refresh(): void {
		const target = this.current()
		if (isSameView(target, this.pending?.view)) return
		this.cancelPending()
		const delay = delayOf(target)
		if (delay === 0 || isSameView(target, this.shown)) {
			this.show(target)
			return
		}
		// Until then the bar must not go on telling what is over.
		if (!isResting(this.shown)) this.show(this.atRest())
		const timer = this.clock.after(delay, () => {
			this.pending = undefined
			this.show(target)
		})
		this.pending = { view: target, timer }
	}

	dispose(): void {
		this.cancelPending()
		this.subscriptions.dispose()
	}

	private modelChanged(): void {
		// What another model answered, or this one before it was loaded again, is over.
		if (this.model.state.kind !== 'ready') this.lastOutcome = this.answer = undefined
		this.refresh()
	}

	private finished(outcome: InlineOutcome): void {
		if (outcome.kind === 'none' && outcome.reason === 'cancelled') return
		this.lastOutcome = outcome
		if (outcome.figures) this.answer = outcome
		this.refresh()
	}

	private current(): StatusView {
		return statusView({
			...this.facts(),
			isThinking: this.activity.isThinking,
			lastOutcome: this.lastOutcome,
		})
	}

	private atRest(): StatusView {
		return statusView({ ...this.facts(), isThinking: false, lastOutcome: undefined })
	}

	private facts() {
		return {
			model: this.model.state,
			enablement: this.enablement(),
			snoozedMinutes: this.snooze?.minutesLeft,
		}
	}

	private show(view: StatusView): void {
		if (isSameView(view, this.shown)) return
		this.shown = view
		this.changes.fire(view)
	}

	private cancelPending(): void {
		this.pending?.timer.dispose()
		this.pending = undefined
	}
}

function delayOf(view: StatusView): number {
	if (view.kind === 'thinking') return thinkingAfterMs
	return view.kind === 'noSuggestion' ? noSuggestionAfterMs : 0
}

/** A view that stays true while something new is on its way. */
function isResting(view: StatusView): boolean {
	return ['ready', 'byHand', 'onBattery', 'noSuggestion'].includes(view.kind)
}

function isSameView(a: StatusView, b: StatusView | undefined): boolean {
	return JSON.stringify(a) === JSON.stringify(b)
}
