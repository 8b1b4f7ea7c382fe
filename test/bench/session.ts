import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Recording } from './recording.ts'
import { type Action, recordSession } from './typist.ts'

/** Files of the sample project that the session works on. */
const files = ['src/beds.ts', 'src/weather.js', 'tools/harvest.py'] as const

/** A bit more than a minute of work on the sample project: writing, correcting, going back and forth. */
const actions: readonly Action[] = [
	{ goTo: '// The bed that is free the longest.', file: 'src/beds.ts' },
	{ pause: 600 },
	{ type: '\nexport function longestFree(beds: readonly Bed[], ' },
	{ mistype: 'tody' },
	{ type: 'today: Date): Bed | undefined {' },
	{ pause: 900 },
	{ type: '\nconst free = freeBeds(beds, today)' },
	{ pause: 500 },
	{ type: '\nif (free.length === 0) {\nreturn undefined' },
	{ goTo: '\t\treturn undefined\n\t}', file: 'src/beds.ts' },
	{ type: '\nlet best = free[0]' },
	{ pause: 800 },
	{ type: '\nfor (const bed of ' },
	{ mistype: 'beds' },
	{ type: 'free) {\nif (bed.area > best.area) {\nbest = bed' },
	{ pause: 700 },
	{ goTo: '\tlet sum = 0', file: 'src/weather.js' },
	{ type: '\nfor (const value of values) {' },
	{ pause: 1_000 },
	{ type: '\nsum += value' },
	{ goTo: 'dry: dryDays(rain),', file: 'src/weather.js' },
	{ type: '\nwettest: Math.max(...rain' },
	{ toLineEnd: true },
	{ type: ',' },
	{ pause: 400 },
	{ goTo: '        print(f"{name:20} {kilograms:8.1f} kg")', file: 'tools/harvest.py' },
	{ type: '\n' },
	{ erase: 8 },
	{ type: '\n\ndef heaviest(harvests):' },
	{ pause: 900 },
	{ type: '\nreturn max(harvests, key=lambda harvest: ' },
	{ mistype: 'harvset.' },
	{ type: 'harvest.kilograms' },
	{ pause: 700 },
	{ goTo: '\tlet best = free[0]', file: 'src/beds.ts' },
	{ erase: 1 },
	{ erase: 2 },
	{ type: '.at(0' },
	{ pause: 600 },
	{ goTo: 'return { ...bed, crop }\n}', file: 'src/beds.ts' },
	{ type: '\n\nexport function clear(bed: Bed): Bed {\nreturn { ...bed, crop: undefined ' },
	{ pause: 800 },
]

/** @param sampleProject absolute path */
export function readSampleFiles(sampleProject: string): ReadonlyMap<string, string> {
	return new Map(files.map((file) => [file, readFileSync(join(sampleProject, file), 'utf8').replaceAll('\r\n', '\n')]))
}

/** @param sampleProject absolute path */
export function makeRecording(sampleProject: string): Recording {
	return recordSession(readSampleFiles(sampleProject), actions)
}

/** One edit a line, so that a change of the session can be read in a diff. */
export function renderRecording({ edits }: Recording): string {
	return `{ "edits": [\n${edits.map((edit) => `  ${JSON.stringify(edit)}`).join(',\n')}\n] }\n`
}
