import type { Event } from '../../src/shared/event.ts'

interface Stateful<S extends { readonly kind: string }> {
	readonly state: S
	readonly onDidChangeState: Event<S>
}

/** Resolves with the state as soon as it is of one of these kinds; the test's own time limit ends a vain wait. */
export function reached<S extends { readonly kind: string }, K extends S['kind']>(
	source: Stateful<S>,
	...kinds: readonly K[]
): Promise<Extract<S, { readonly kind: K }>> {
	const isOne = (state: S): state is Extract<S, { readonly kind: K }> =>
		(kinds as readonly string[]).includes(state.kind)
	return new Promise((resolve) => {
		if (isOne(source.state)) return resolve(source.state)
		const subscription = source.onDidChangeState((state) => {
			if (!isOne(state)) return
			subscription.dispose()
			resolve(state)
		})
	})
}
