import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { BenchDocument, isJump, type Recording } from '../bench/recording.ts'
import { makeRecording, readSampleFiles, renderRecording } from '../bench/session.ts'
import { read, root } from './sources.ts'

const sampleProject = join(root, 'test', 'fixtures', 'sampleProject')
const files = readSampleFiles(sampleProject)
const recorded = read('test/bench/session.json')
const { edits }: Recording = JSON.parse(recorded)

it('the recorded session is the one that is described, on the sample project as it is', () => {
	// If this fails: node scripts/bench.mjs --record, and measure again.
	expect(recorded).toBe(renderRecording(makeRecording(sampleProject)))
})

it('the recorded session leaves code that can be parsed', () => {
	const documents = new Map([...files].map(([file, text]) => [file, new BenchDocument(file, text)]))
	for (const edit of edits) documents.get(edit.file)?.apply(edit)
	for (const file of ['src/beds.ts', 'src/weather.js']) {
		const text = documents.get(file)?.text ?? ''
		expect(text).not.toBe(files.get(file))
		expect(ts.transpileModule(text, { fileName: file, reportDiagnostics: true }).diagnostics).toEqual([])
	}
	expect(documents.get('tools/harvest.py')?.text).toContain(
		'return max(harvests, key=lambda harvest: harvest.kilograms)\n',
	)
})

it('the recorded session is work as people do it: typing, correcting, jumping, in the order of time', () => {
	expect(edits.filter(({ insert }) => insert !== '').length).toBeGreaterThan(300)
	expect(edits.filter(({ remove }) => remove > 0).length).toBeGreaterThan(20)
	expect(edits.filter(isJump).length).toBeGreaterThan(5)
	expect(edits.map(({ at }) => at)).toEqual(edits.map(({ at }) => at).sort((a, b) => a - b))
})
