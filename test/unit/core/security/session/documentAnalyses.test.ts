import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../../../src/core/security/findings/finding.ts'
import { DocumentAnalyses } from '../../../../../src/core/security/session/documentAnalyses.ts'
import { FindingsBook } from '../../../../../src/core/security/session/findingsBook.ts'
import { neverCancelled } from '../../../../../src/shared/cancellation.ts'
import { sampleFinding } from '../sampleFinding.ts'

const typed = [{ range: { startLine: 90, startCharacter: 0, endLine: 90, endCharacter: 0 }, text: 'x' }]

function session(finding: Finding) {
	const id = `doc:${finding.file}`
	let findings: readonly Finding[] = [finding]
	const book = new FindingsBook((_, file) => `doc:${file}`)
	const analyses = new DocumentAnalyses({
		book,
		analyzer: { analyzeText: async ({ file }) => ({ file, findings, gaps: [] }) },
		documents: { open: () => undefined, unsaved: () => [], idOf: (_, file) => `doc:${file}` },
		switches: () => ({ rulesOff: [], isTrusted: true, mostBytes: 1_000_000 }),
	})
	let version = 0
	const analyze = async (found: readonly Finding[]) => {
		findings = found
		const document = { documentId: id, root: '/w', file: finding.file, languageId: 'javascript', version: version++ }
		await analyses.analyze({ ...document, text: '' }, neverCancelled)
	}
	return { id, analyses, analyze }
}

describe('analyses of a document', () => {
	it('are asked for after an edit elsewhere only where a finding is gone that may come back', async () => {
		const finding = sampleFinding()
		const { id, analyses, analyze } = session(finding)
		await analyze([finding])
		expect(analyses.edit(id, typed)).toEqual(new Set())
		await analyze([])
		expect(analyses.edit(id, typed)).toEqual(new Set([id]))
		expect(analyses.edit('doc:src/other.js', typed)).toEqual(new Set())
		analyses.clear()
		expect(analyses.edit(id, typed)).toEqual(new Set())
	})

	it('are asked for after an edit of another file that the data went through', async () => {
		const finding = sampleFinding()
		const [first] = finding.path
		if (!first) throw new Error('The sample has no path')
		const { id, analyses, analyze } = session({
			...finding,
			path: [{ ...first, file: 'src/source.js' }, ...finding.path],
		})
		await analyze([{ ...finding, path: [{ ...first, file: 'src/source.js' }, ...finding.path] }])
		await analyze([])
		expect(analyses.edit('doc:src/source.js', typed)).toEqual(new Set([id]))
	})
})
