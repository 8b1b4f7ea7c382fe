import { beforeEach, expect, it, vi } from 'vitest'
import type { Finding } from '../../../../src/core/security/findings/finding.ts'
import type { FindingsBook, KeptFinding } from '../../../../src/core/security/session/findingsBook.ts'
import { FindingActions } from '../../../../src/vscode/security/findingActions.ts'
import { Range, resetEditor, show } from '../../../fakes/fakeEditor.ts'

vi.mock('vscode', async () => (await import('../../../fakes/fakeEditor.ts')).vscodeModule)

beforeEach(resetEditor)

function found(ruleId: string, message: string): KeptFinding {
	const range = { startLine: 3, startCharacter: 4, endLine: 3, endCharacter: 9 }
	const finding: Finding = {
		...{ ruleId, message, range, file: 'a.py', cwe: [], path: [], fingerprint: ruleId },
		severity: 'high',
		confidence: 'high',
	}
	const documentId = 'file:///w/a.py'
	return { id: ruleId, documentId, placeId: documentId, finding, stepDocuments: [], isStale: false }
}

async function actionsFor(findings: readonly KeptFinding[]) {
	const { document } = show('/w/a.py', 'a\n'.repeat(9))
	const book = { lyingIn: () => findings } as unknown as FindingsBook
	const actions = new FindingActions({
		book,
		fixOrigins: async ({ ruleId }) => (ruleId === 'python/yaml-load' ? ['rule'] : ['model']),
		mayJudge: () => false,
	})
	const diagnostics = findings.map(({ finding: { message } }) => ({
		range: new Range(3, 4, 3, 9),
		message,
		source: 'Alcove',
	}))
	return actions.provideCodeActions(document as never, new Range(3, 4, 3, 4) as never, { diagnostics } as never)
}

it('offers what can be done about a finding, what a rule does in front', async () => {
	const actions = await actionsFor([found('python/yaml-load', 'Loads objects.')])
	expect(actions.map(({ title, isPreferred }) => [title, isPreferred ?? false])).toEqual([
		['Fix, with a preview…', true],
		['About the rule "python/yaml-load"', false],
		['Ignore here, with a reason…', false],
		['Ignore "python/yaml-load" in this workspace…', false],
		['Mark as false positive', false],
	])
})

it('says which of several findings at one place is meant', async () => {
	const actions = await actionsFor([
		found('python/yaml-load', 'Loads objects.'),
		found('python/flask-xss', 'Shows it.'),
	])
	const titles = actions.map(({ title }) => title)
	expect(new Set(titles).size).toBe(titles.length)
	expect(titles).toContain('Mark as false positive (yaml-load)')
	expect(titles).toContain('Mark as false positive (flask-xss)')
	expect(actions.filter(({ isPreferred }) => isPreferred).map(({ title }) => title)).toEqual([
		'Fix, with a preview… (yaml-load)',
	])
})
