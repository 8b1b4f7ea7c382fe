import { describe, expect, it } from 'vitest'
import { type DiagnosisFacts, diagnosisText } from '../../../src/vscode/lm/diagnosis.ts'

const l10n = {
	t: (message: string, ...values: unknown[]) =>
		message.replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)])),
} as Parameters<typeof diagnosisText>[1]

const good: DiagnosisFacts = {
	...{ editorVersion: 'Code 1.139', hasProviders: true, hasTools: true, isAiOff: false, known: 1 },
	...{ modelName: 'coder', state: 'idle' },
}
const marks = (facts: Partial<DiagnosisFacts>) =>
	[...diagnosisText({ ...good, ...facts }, l10n).matchAll(/^- (.)/gm)].map(([, mark]) => mark).join('')

describe("why a model is shown in the editor's chat, or is not", () => {
	it('says of each point how it is', () => {
		expect(marks({})).toBe('✓✓✓✓✓')
		expect(marks({ hasProviders: false })).toBe('✗✓✓✓✓')
		expect(marks({ isAiOff: true })).toBe('✓✗✓✓✓')
		expect(marks({ state: 'failed', problem: 'modelMissing' })).toBe('✓✓✗✓✓')
		expect(marks({ known: 0 })).toBe('✓✓✓✗✓')
		expect(marks({ known: undefined })).toBe('✓✓✓✗✓')
		expect(marks({ hasTools: false })).toBe('✓✓✓✓✗')
	})

	it('says what to do', () => {
		const text = diagnosisText({ ...good, state: 'failed', problem: 'modelMissing', isAiOff: true }, l10n)
		expect(text).toContain('The model coder cannot be had (modelMissing): choose another one')
		expect(text).toContain('change `chat.disableAIFeatures`')
	})
})
