import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** One project for each kind of test; `npm test` runs them in this order. */
const project = (name: string, options: Record<string, unknown> = {}) => ({
	test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
})

/**
 * What starts processes and browsers depends on what else the machine does: a test that fails is tried once more, and the
 * summary names every one that passed only then.
 */
const again = { retry: 1 }

export default defineConfig({
	test: {
		// A machine of two cores would run one file at a time.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		projects: [
			// Property tests take seconds where the machine is busy; that is no failure.
			project('unit', { testTimeout: 60_000 }),
			project('golden', { testTimeout: 60_000 }),
			project('architecture', { testTimeout: 60_000 }),
			project('contract', { ...again, testTimeout: 60_000, globalSetup: 'test/buildOnce.ts' }),
			project('engine', { ...again, testTimeout: 120_000, globalSetup: 'test/buildOnce.ts' }),
			project('webview', {
				...again,
				globalSetup: 'test/webview/prepare.ts',
				testTimeout: 60_000,
				fileParallelism: false,
			}),
			project('packaging', { testTimeout: 300_000, hookTimeout: 600_000, fileParallelism: false }),
			project('editor', {
				...again,
				globalSetup: 'test/editor/driver/prepare.ts',
				testTimeout: 180_000,
				hookTimeout: 900_000,
				// More than half of the time a window waits for something.
				maxWorkers: 2,
			}),
			project('offline', {
				...again,
				globalSetup: 'test/editor/driver/prepare.ts',
				testTimeout: 180_000,
				hookTimeout: 900_000,
				fileParallelism: false,
			}),
		],
	},
})
