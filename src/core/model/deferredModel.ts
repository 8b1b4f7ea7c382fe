import type { CancellationToken } from '../../shared/cancellation.ts'
import { type Disposable, DisposableStore } from '../../shared/disposable.ts'
import { messageOf } from '../../shared/errors.ts'
import { Emitter } from '../../shared/event.ts'
import {
	type CompletionAnswer,
	type CompletionModel,
	type CompletionRequest,
	type EngineControl,
	type EngineDiagnostics,
	type ModelSpec,
	type ModelState,
	ModelUnavailableError,
} from './ports.ts'

type ControlledModel = CompletionModel & EngineControl & Disposable

/**
 * A model whose code is loaded when it is first needed: what talks to the engine process takes longer to load than all
 * the rest of the extension, and activation must not wait for it.
 */
export class DeferredModel implements CompletionModel, EngineControl, Disposable {
	private readonly load: () => Promise<ControlledModel>
	private readonly store = new DisposableStore()
	private readonly changes = this.store.add(new Emitter<ModelState>())
	private current: ModelState = { kind: 'idle' }
	private opening: Promise<ControlledModel> | undefined
	private inner: ControlledModel | undefined
	readonly onDidChangeState = this.changes.event

	/** @param load makes the model from what the settings say when it is called; called again only after it failed */
	constructor(load: () => Promise<ControlledModel>) {
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

	async complete(
		request: CompletionRequest,
		onText: (text: string) => void,
		token: CancellationToken,
	): Promise<CompletionAnswer> {
		return (this.inner ?? (await this.open())).complete(request, onText, token)
	}

	async restart(): Promise<void> {
		// A failure becomes the state.
		const model = await this.open().catch(() => undefined)
		await model?.restart()
	}

	setSpec(spec: ModelSpec): void {
		this.inner?.setSpec(spec)
	}

	setIdleUnload(ms: number): void {
		this.inner?.setIdleUnload(ms)
	}

	diagnostics(): EngineDiagnostics {
		return this.inner?.diagnostics() ?? notStarted
	}

	dispose(): void {
		this.store.dispose()
	}

	private open(): Promise<ControlledModel> {
		this.opening ??= this.load().then(
			(model) => this.opened(model),
			(error) => this.failed(error),
		)
		return this.opening
	}

	private opened(model: ControlledModel): ControlledModel {
		this.inner = this.store.add(model)
		this.store.add(model.onDidChangeState((state) => this.changes.fire(state)))
		return model
	}

	private failed(error: unknown): never {
		this.opening = undefined
		const problem = { code: 'internal', detail: messageOf(error) } as const
		this.current = { kind: 'failed', problem }
		this.changes.fire(this.current)
		throw new ModelUnavailableError(problem, { cause: error })
	}
}

const notStarted: EngineDiagnostics = {
	pid: undefined,
	libraryVersion: undefined,
	rssBytes: undefined,
	crashes: 0,
	requests: 0,
}
