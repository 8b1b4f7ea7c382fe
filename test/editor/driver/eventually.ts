/**
 * Asks again and again until the answer is neither undefined nor false.
 *
 * @param what for the message when it never comes, e.g. `one engine process`
 */
export async function eventually<T>(
	what: string,
	ask: () => T | undefined | false | Promise<T | undefined | false>,
	{ timeoutMs = 45_000, describe }: { timeoutMs?: number; describe?: () => string | Promise<string> } = {},
): Promise<T> {
	const deadline = performance.now() + timeoutMs
	for (;;) {
		const answer = await ask()
		if (answer !== undefined && answer !== false) return answer
		if (performance.now() > deadline) {
			const now = describe ? `; now: ${await describe()}` : ''
			throw new Error(`Not within ${timeoutMs / 1000} s: ${what}${now}`)
		}
		await new Promise((resolve) => setTimeout(resolve, 50))
	}
}
