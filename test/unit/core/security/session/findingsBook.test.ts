import { describe, expect, it } from 'vitest'
import { distinctFaults, FindingsBook, isSameFault } from '../../../../../src/core/security/session/findingsBook.ts'
import { sampleFinding } from '../sampleFinding.ts'

describe('findings of another file than the one that was analyzed', () => {
	const helper = sampleFinding({ file: 'helper.py' })
	const own = sampleFinding({ file: 'app.py', fingerprint: 'f'.repeat(32) })
	const put = () => {
		const book = new FindingsBook((_, file) => `file:///w/${file}`)
		book.put({
			documentId: 'file:///w/app.py',
			root: '/w',
			found: { file: 'app.py', findings: [own, helper], gaps: [] },
		})
		return book
	}

	it('lie where their sink is', () => {
		const book = put()
		expect(book.lyingIn('file:///w/helper.py').map(({ finding }) => finding.file)).toEqual(['helper.py'])
		expect(book.lyingIn('file:///w/app.py').map(({ finding }) => finding.file)).toEqual(['app.py'])
		expect(book.of('file:///w/app.py')?.findings).toHaveLength(2)
	})

	it('move with edits of that file, and with those only', () => {
		const book = put()
		const line = { range: { startLine: 0, startCharacter: 0, endLine: 0, endCharacter: 0 }, text: '\n' }
		book.edit('file:///w/helper.py', [line])
		const [moved] = book.lyingIn('file:///w/helper.py')
		expect(moved?.finding.range.startLine).toBe(helper.range.startLine + 1)
		const [still] = book.lyingIn('file:///w/app.py')
		expect(still?.finding.range).toEqual(own.range)
	})
})

describe('a fault that the analyses of several files lead to', () => {
	const step = { ...sampleFinding({ file: 'a.py' }), role: 'source' as const, label: 'HTTP request' }
	const put = () => {
		const book = new FindingsBook((_, file) => `file:///w/${file}`)
		for (const file of ['b.py', 'a.py'])
			book.put({
				documentId: `file:///w/${file}`,
				root: '/w',
				found: {
					file,
					findings: [
						sampleFinding({ file: 'helper.py', path: [{ ...step, file }], fingerprint: (file[0] ?? '').repeat(32) }),
					],
					gaps: [],
				},
			})
		return book
	}

	it('is shown once', () => {
		const { findings } = put()
		expect(findings).toHaveLength(2)
		const [a, b] = findings
		expect(a && b && isSameFault(a, b)).toBe(true)
		expect(distinctFaults(findings).map(({ finding }) => finding.path[0]?.file)).toEqual(['a.py'])
		expect(distinctFaults([...findings].reverse())).toEqual(distinctFaults(findings))
	})

	it('is shown as it is now rather than as it was', () => {
		const book = put()
		book.distrust('file:///w/a.py')
		expect(distinctFaults(book.findings).map(({ finding }) => finding.path[0]?.file)).toEqual(['b.py'])
	})
})
