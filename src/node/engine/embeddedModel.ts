import type { ModelChoice, ModelSpec } from '../../core/model/engineControl.ts'
import type { ModelState } from '../../core/model/modelState.ts'
import type { Model, TokenCounter } from '../../core/model/ports.ts'
import type { CancellationToken } from '../../shared/cancellation.ts'
import type { Disposable } from '../../shared/disposable.ts'
import type { Event } from '../../shared/event.ts'
import type { ModelHandle } from './modelHandle.ts'

/** What the models of the embedded engine have in common, whatever they are asked for. */
export abstract class EmbeddedModel implements Model, TokenCounter, ModelChoice, Disposable {
	protected readonly handle: ModelHandle
	readonly onDidChangeState: Event<ModelState>

	constructor(handle: ModelHandle) {
		this.handle = handle
		this.onDidChangeState = handle.onDidChangeState
	}

	get state(): ModelState {
		return this.handle.state
	}

	prepare(): void {
		this.handle.prepare()
	}

	async countTokens(texts: readonly string[], token: CancellationToken): Promise<readonly number[] | undefined> {
		const asked = await this.handle.ask('countTokens', { texts: [...texts] }, { token })
		return asked.kind === 'answered' ? asked.answer.counts : undefined
	}

	setSpec(spec: ModelSpec): void {
		this.handle.setSpec(spec)
	}

	/** Lets the model go; the engine goes on with the others. */
	dispose(): void {
		this.handle.dispose()
	}
}
