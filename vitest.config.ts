import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** One project for each kind of test; `npm test` runs them in this order. */
const project = (name: string, options: Record<string, unknown> = {}) => ({
	test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
})

export default defineConfig({
	test: {
		// A machine of two cores would run one file at a time.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		projects: [
			// Property tests take seconds where the machine is busy; that is no failure.
			project('unit', { testTimeout: 60_000 }),
			project('golden', { testTimeout: 60_000 }),
			project('architecture', { testTimeout: 60_000 }),
			project('contract', { testTimeout: 60_000, globalSetup: 'test/buildOnce.ts' }),
			project('engine', { testTimeout: 120_000, globalSetup: 'test/buildOnce.ts' }),
			project('webview', { globalSetup: 'test/webview/prepare.ts', testTimeout: 60_000, fileParallelism: false }),
			project('packaging', { testTimeout: 300_000, hookTimeout: 600_000, fileParallelism: false }),
			project('editor', {
				globalSetup: 'test/editor/driver/prepare.ts',
				testTimeout: 180_000,
				hookTimeout: 900_000,
				fileParallelism: false,
			}),
			project('offline', {
				globalSetup: 'test/editor/driver/prepare.ts',
				testTimeout: 180_000,
				hookTimeout: 900_000,
				fileParallelism: false,
			}),
		],
	},
})
