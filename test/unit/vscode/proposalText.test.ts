import { describe, expect, it } from 'vitest'
import { catalogue } from '../../../src/core/model/catalogue/catalogue.ts'
import type { Candidate, ModelProposal } from '../../../src/core/model/chooseModels.ts'
import { KeptSpeeds } from '../../../src/vscode/models/keptSpeeds.ts'
import { proposalText } from '../../../src/vscode/models/proposalText.ts'
import { english } from './english.ts'

const [model] = catalogue
const [file] = model?.files ?? []
if (!model || !file) throw new Error('an empty catalogue')
const candidate: Candidate = { kind: 'catalogue', model, file }
const name = `${model.title} ${file.quantization}`

describe('a proposal in words', () => {
	const proposal: ModelProposal = {
		budget: { bytes: 8e9, place: 'processor' },
		picks: [{ role: 'completion', candidate, needBytes: 1e9, reasons: ['bestThatFits'] }],
		gaps: [],
		needBytes: 1e9,
		downloadBytes: 0,
	}

	it('says that nothing was measured', () => {
		expect(proposalText(english, proposal)).toContain('was not measured')
	})

	it('says the seconds for a line, how they are known, and what would be better and is too slow', () => {
		const line = { seconds: 0.456, basis: 'measured' } as const
		const tooSlow = { candidate, line: { seconds: 12.3, basis: 'estimated', like: 'coder:1b' } } as const
		const text = proposalText(english, { ...proposal, picks: [{ ...first(proposal.picks), line }], tooSlow })
		expect(text).toContain(
			`Completion: ${name} — needs about 1.0 GB; 0.5 s for a line, measured here; the best that fits`,
		)
		expect(text).toContain(
			`${name} would complete better, and is too slow to type with: about 12 s for a line, going by coder:1b here.`,
		)
		expect(text).not.toContain('was not measured')
		const quick = { candidate, line: { seconds: 0.004, basis: 'recorded' } } as const
		expect(proposalText(english, { ...proposal, worthDownload: quick })).toContain(
			`${name}, which “Alcove: Manage Models” downloads, would complete better and is fast enough: 0.01 s for a line, by its answers on record.`,
		)
	})
})

describe('speeds that are kept', () => {
	function memento(kept: unknown) {
		let value = kept
		const update = async (_: string, next: unknown) => {
			value = next
		}
		return { get: () => value as never, update }
	}

	it('are there in the next window, for what computed then', async () => {
		const state = memento(undefined)
		let gpu = 'auto'
		const speeds = new KeptSpeeds(state, () => gpu)
		await speeds.set('/a.gguf', { promptRate: 100, decodeRate: 10 })
		const next = new KeptSpeeds(state, () => gpu)
		expect(next.get('/a.gguf')).toEqual({ promptRate: 100, decodeRate: 10 })
		gpu = 'off'
		expect(next.get('/a.gguf')).toBeUndefined()
		await next.set('/a.gguf', { promptRate: 5, decodeRate: 1 })
		gpu = 'auto'
		expect(next.get('/a.gguf')?.promptRate).toBe(100)
	})

	it('go before what the ledger says, and what is no speed is none', () => {
		const speed = { promptRate: 100, decodeRate: 10 }
		const state = memento([
			{ path: '/a', gpu: 'auto', speed },
			{ path: '/b', gpu: 'auto', speed: { promptRate: 'x' } },
			7,
		])
		const known = new KeptSpeeds(state, () => 'auto').with(
			new Map([
				['/a', { promptRate: 1, decodeRate: 1 }],
				['/b', speed],
			]),
		)
		expect([...known]).toEqual([
			['/a', { speed, basis: 'measured' }],
			['/b', { speed, basis: 'recorded' }],
		])
	})
})

function first<T>([one]: readonly T[]): T {
	if (one === undefined) throw new Error('empty')
	return one
}
