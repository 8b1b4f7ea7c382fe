import { expect, it } from 'vitest'
import { threadCount } from '../../../src/engine/llama/threads.ts'

it.each([
	[1, 1, 1],
	[2, 2, 2],
	[4, 8, 4],
	[8, 16, 7],
	// A container with fewer processors than the machine.
	[16, 2, 2],
	// A library that could not count.
	[0, 4, 1],
])(
	'takes a thread for each of %i cores on %i processors, but leaves one of many: %i',
	(cores, processors, expected) => {
		expect(threadCount(cores, processors)).toBe(expected)
	},
)
