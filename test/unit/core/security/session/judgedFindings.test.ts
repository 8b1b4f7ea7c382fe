import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../../../src/core/security/findings/finding.ts'
import { FindingsBook } from '../../../../../src/core/security/session/findingsBook.ts'
import type { TriageMark } from '../../../../../src/core/security/triage/triage.ts'
import { sampleFinding } from '../sampleFinding.ts'

const finding = sampleFinding()
const mark: TriageMark = {
	...{ kind: 'doubted', probabilities: { vulnerable: 0.2, safe: 0.8, unsure: 0 }, safe: 0.8 },
	...{ evidence: ['Number(id)'], reason: 'It is a number.', ms: 10 },
}
const insertAt = (line: number, text = '\n') => [
	{ range: { startLine: line, startCharacter: 0, endLine: line, endCharacter: 0 }, text },
]

function judged() {
	const book = new FindingsBook((_, file) => `doc:${file}`)
	const put = (found: Finding = finding) =>
		book.put({ documentId: 'doc:src/a.js', root: '/w', found: { file: 'src/a.js', findings: [found], gaps: [] } })
	const [kept] = put().findings
	if (!kept) throw new Error('nothing was kept')
	expect(book.judge(kept, finding, mark)).toBe(true)
	const current = () => book.of('doc:src/a.js')?.findings[0]
	expect(current()?.mark).toBe(mark)
	return { book, put, kept, current }
}

describe('what a model made of a finding', () => {
	it('stays while lines move and while an analysis finds the same', () => {
		const { book, put, current } = judged()
		book.edit('doc:src/a.js', insertAt(0))
		expect(current()).toMatchObject({ mark, isStale: false, finding: { confidence: 'high' } })
		put(sampleFinding({ range: { startLine: 5, startCharacter: 1, endLine: 5, endCharacter: 20 } }))
		expect(current()?.mark).toBe(mark)
	})

	it('is gone once code on the way is changed, also after the next analysis', () => {
		const { book, put, current } = judged()
		book.edit('doc:src/a.js', insertAt(3, 'if (x) return\n'))
		expect(current()?.isStale).toBe(true)
		expect(current()).not.toHaveProperty('mark')
		put()
		expect(current()).not.toHaveProperty('mark')
	})

	it('is gone where nothing is certain any more, and where the data takes another way', () => {
		const { book, put, current } = judged()
		const [first, ...rest] = finding.path
		put({ ...finding, path: first ? [{ ...first, label: 'a cookie' }, ...rest] : [] })
		expect(current()).not.toHaveProperty('mark')
		const other = judged()
		other.book.distrust('doc:src/a.js')
		expect(other.current()).not.toHaveProperty('mark')
		expect(book).not.toBe(other.book)
	})

	it('is not kept where the code was changed while the model was asked', () => {
		const { book, kept, put, current } = judged()
		put({ ...finding, fingerprint: 'f'.repeat(32) })
		expect(book.judge(kept, finding, mark)).toBe(false)
		const again = judged()
		again.book.edit('doc:src/a.js', insertAt(3, 'x'))
		expect(again.book.judge(again.kept, finding, mark)).toBe(false)
		expect(current()).not.toHaveProperty('mark')
	})

	it('tells whoever shows it', () => {
		const { book, kept } = judged()
		const told: string[][] = []
		book.onDidChange((changed) => told.push([...changed]))
		book.judge(kept, finding, mark)
		expect(told).toEqual([['doc:src/a.js']])
	})
})
