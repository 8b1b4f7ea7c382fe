/** Builds the bundles that the tests of this project start as processes. */
export async function setup(): Promise<void> {
	const { buildAll } = await import('../scripts/build.mjs')
	await buildAll()
}
