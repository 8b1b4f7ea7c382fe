import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import {
	type ComputeMachine,
	type EngineControl,
	type EngineDiagnostics,
	type EngineOptions,
	notStarted,
} from './engineControl.ts'

/**
 * An engine whose code is loaded when it is first needed: what talks to the engine process takes longer to load than all
 * the rest of the extension, and activation must not wait for it.
 */
export class DeferredEngine<E extends EngineControl & Disposable> implements EngineControl, Disposable {
	private readonly load: () => Promise<E>
	private readonly store = new DisposableStore()
	private opening: Promise<E> | undefined
	private inner: E | undefined

	/** @param load makes the engine from what the settings say when it is called; called again only after it failed */
	constructor(load: () => Promise<E>) {
		this.load = load
	}

	/** The engine. Rejects with what kept its code from being loaded, which is tried again the next time. */
	open(): Promise<E> {
		this.opening ??= this.load().then(
			(engine) => {
				this.inner = this.store.add(engine)
				return engine
			},
			(error: unknown) => {
				this.opening = undefined
				throw error
			},
		)
		return this.opening
	}

	/** Where nobody has needed the engine yet, there is nothing to start again. */
	async restart(): Promise<void> {
		await this.inner?.restart()
	}

	async letGo(): Promise<void> {
		await this.inner?.letGo()
	}

	configure(options: EngineOptions): void {
		this.inner?.configure(options)
	}

	async machine(): Promise<ComputeMachine | undefined> {
		const engine = await this.open().catch(() => undefined)
		return engine?.machine()
	}

	diagnostics(): EngineDiagnostics {
		return this.inner?.diagnostics() ?? notStarted
	}

	dispose(): void {
		this.store.dispose()
	}
}
