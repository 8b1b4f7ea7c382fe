import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { Emitter } from '../../shared/event.ts'
import { type ModelProblem, type ModelState, ModelUnavailableError } from './modelState.ts'
import type { Model } from './ports.ts'

/** Where requests go that the user's settings route to a back end. */
export interface ModelRoute<M> {
	readonly served: M & Disposable
	/** Whether our own model answers where the back end does not. */
	readonly failsOver: boolean
}

/**
 * Our own model, or a back end in its place. Where the back end does not answer, ours does, until the back end is back: the state names
 * the one that answers, and why it is not the other.
 */
export class RoutedModel<M extends Model> implements Model, Disposable {
	protected readonly own: M
	private readonly store = new DisposableStore()
	private readonly changes = this.store.add(new Emitter<ModelState>())
	private route: ModelRoute<M> | undefined
	private routeSubscription: Disposable | undefined
	/** Why the back end does not answer; ours does. */
	private missing: ModelProblem | undefined
	readonly onDidChangeState = this.changes.event

	constructor(own: M) {
		this.own = own
		this.store.add(own.onDidChangeState(() => this.isOwnInUse && this.changes.fire(this.state)))
	}

	get state(): ModelState {
		if (this.route && !this.missing) return this.route.served.state
		const { state } = this.own
		if (!this.missing || state.kind !== 'ready') return state
		return { kind: 'ready', model: { ...state.model, insteadOf: this.missing } }
	}

	/** Asked for at once where the one before was, else with the next request. @param route undefined: our own model */
	setRoute(route: ModelRoute<M> | undefined): void {
		if (!route && !this.route) return
		const isWanted = this.state.kind !== 'idle'
		this.routeSubscription?.dispose()
		this.route?.served.dispose()
		this.route = route
		this.missing = undefined
		this.routeSubscription = route?.served.onDidChangeState((state) => this.servedChanged(state))
		this.changes.fire(this.state)
		if (isWanted) this.prepare()
	}

	prepare(): void {
		if (!this.route || this.missing) this.own.prepare()
		this.route?.served.prepare()
	}

	dispose(): void {
		this.routeSubscription?.dispose()
		this.route?.served.dispose()
		this.store.dispose()
	}

	/** The one that answers now. */
	protected get current(): M {
		return this.route && !this.missing ? this.route.served : this.own
	}

	/**
	 * Asks the one that answers. Where that is a back end that fails before anything of its answer was shown, ours is asked.
	 *
	 * @param hasBegun whether something was shown
	 */
	protected async ask<T>(ask: (model: M) => Promise<T>, hasBegun: () => boolean = () => false): Promise<T> {
		const { route } = this
		if (!route) return ask(this.own)
		if (this.missing) {
			// Nobody waits for it; it says when it is back.
			route.served.prepare()
			return ask(this.current)
		}
		try {
			return await ask(route.served)
		} catch (error) {
			if (!(error instanceof ModelUnavailableError) || !route.failsOver || hasBegun()) throw error
			return ask(this.own)
		}
	}

	private get isOwnInUse(): boolean {
		return !this.route || this.missing !== undefined
	}

	private servedChanged(state: ModelState): void {
		if (state.kind === 'failed' && this.route?.failsOver) {
			const isNew = this.missing === undefined
			this.missing = state.problem
			if (isNew) this.own.prepare()
		} else if (state.kind === 'ready') this.missing = undefined
		else if (this.missing) return
		this.changes.fire(this.state)
	}
}
