/** Something with a lifetime. Structurally equal to the editor's and to JSON-RPC's disposable. */
export interface Disposable {
	dispose(): void
}

export function toDisposable(dispose: () => void): Disposable {
	let done = false
	return {
		dispose() {
			if (done) return
			done = true
			dispose()
		},
	}
}

/** Collects disposables and ends them in reverse order, every one of them even if one throws. */
export class DisposableStore implements Disposable {
	private items: Disposable[] = []
	private disposed = false

	add<T extends Disposable>(item: T): T {
		if (this.disposed) item.dispose()
		else this.items.push(item)
		return item
	}

	dispose(): void {
		if (this.disposed) return
		this.disposed = true
		let firstError: unknown
		for (const item of this.items.reverse()) {
			try {
				item.dispose()
			} catch (error) {
				firstError ??= error
			}
		}
		this.items = []
		if (firstError !== undefined) throw firstError
	}
}
