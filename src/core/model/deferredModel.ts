import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { messageOf } from '../../shared/errors.ts'
import { Emitter } from '../../shared/event.ts'
import type { ModelChoice, ModelSpec } from './engineControl.ts'
import { type ModelState, ModelUnavailableError } from './modelState.ts'
import type { Model } from './ports.ts'

/** A model that is made when it is first needed. Until then it is idle, and knows no choice: `load` reads the settings. */
export class DeferredModel<M extends Model & Partial<ModelChoice> & Disposable>
	implements Model, ModelChoice, Disposable
{
	private readonly load: () => Promise<M>
	private readonly store = new DisposableStore()
	private readonly changes = this.store.add(new Emitter<ModelState>())
	private current: ModelState = { kind: 'idle' }
	private opening: Promise<M> | undefined
	private inner: M | undefined
	readonly onDidChangeState = this.changes.event

	/** @param load makes the model from what the settings say when it is called; called again only after it failed */
	constructor(load: () => Promise<M>) {
		this.load = load
	}

	get state(): ModelState {
		return this.inner?.state ?? this.current
	}

	prepare(): void {
		this.open().then(
			(model) => model.prepare(),
			// The state tells.
			() => {},
		)
	}

	setSpec(spec: ModelSpec): void {
		this.inner?.setSpec?.(spec)
	}

	dispose(): void {
		this.store.dispose()
	}

	/** The model itself, where it was needed before. */
	protected get opened(): M | undefined {
		return this.inner
	}

	/** Rejects with a `ModelUnavailableError`. */
	protected open(): Promise<M> {
		this.opening ??= this.load().then(
			(model) => this.take(model),
			(error) => this.fail(error),
		)
		return this.opening
	}

	private take(model: M): M {
		this.inner = this.store.add(model)
		this.store.add(model.onDidChangeState((state) => this.changes.fire(state)))
		return model
	}

	private fail(error: unknown): never {
		this.opening = undefined
		const problem = { code: 'internal', detail: messageOf(error) } as const
		this.current = { kind: 'failed', problem }
		this.changes.fire(this.current)
		throw new ModelUnavailableError(problem, { cause: error })
	}
}
