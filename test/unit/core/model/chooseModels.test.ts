import { describe, expect, it } from 'vitest'
import { type CatalogueModel, catalogue } from '../../../../src/core/model/catalogue/catalogue.ts'
import {
	type ChoiceInput,
	chooseModels,
	type ModelProposal,
	type ModelRole,
} from '../../../../src/core/model/chooseModels.ts'
import type { ComputeMachine } from '../../../../src/core/model/engineControl.ts'
import type { InstalledModel } from '../../../../src/core/model/installedModel.ts'
import type { KnownSpeed } from '../../../../src/core/model/lineTime.ts'
import { catalogueNeed, memoryBudget, needInUse } from '../../../../src/core/model/modelPlan.ts'
import { defaultSettings } from '../../../../src/core/settings.ts'
import { installedModel as installed } from '../../../fakes/installedModel.ts'

const GB = 1e9

/** A machine without a graphics card. */
function processor(totalGb: number, availableGb = totalGb): ComputeMachine {
	return { memory: { totalBytes: totalGb * GB, availableBytes: availableGb * GB } }
}

function card(freeGb: number, isUnified = false): ComputeMachine {
	const gpu = { backend: isUnified ? 'metal' : 'cuda', totalBytes: freeGb * GB, freeBytes: freeGb * GB, isUnified }
	return { memory: { totalBytes: 32 * GB, availableBytes: 24 * GB }, gpu }
}

function choose(machine: ComputeMachine, models: readonly InstalledModel[] = [], more: Partial<ChoiceInput> = {}) {
	return chooseModels({
		machine,
		cores: 8,
		installed: { models, cutShort: [] },
		catalogue,
		contextSize: 4_096,
		...more,
	})
}

function chosen(proposal: ModelProposal): Partial<Record<ModelRole, string>> {
	return Object.fromEntries(
		proposal.picks.map(({ role, candidate }) => [
			role,
			candidate.kind === 'installed' ? candidate.model.title : candidate.model.id,
		]),
	)
}

const reasonsOf = (proposal: ModelProposal, role: ModelRole) =>
	proposal.picks.find((pick) => pick.role === role)?.reasons

describe('what models may take', () => {
	it('is most of a graphics card, and less of memory that others use', () => {
		expect(memoryBudget(card(10))).toEqual({ bytes: 9 * GB, place: 'gpu' })
		expect(memoryBudget(processor(16))).toEqual({ bytes: 9.6 * GB, place: 'processor' })
		expect(memoryBudget(processor(16, 4))).toEqual({ bytes: 4 * GB, place: 'processor' })
		expect(memoryBudget(card(24, true))).toEqual({ bytes: 19.2 * GB, place: 'gpu' })
	})
})

describe('with nothing installed', () => {
	it('a machine with a processor alone gets a small model for completions, and chats with a larger one', () => {
		const proposal = choose(processor(16))
		expect(chosen(proposal)).toEqual({
			completion: 'qwen2.5-coder-1.5b',
			chat: 'qwen3.5-4b',
			embedding: 'qwen3-embedding-0.6b',
		})
		expect(reasonsOf(proposal, 'completion')).toContain('smallForProcessor')
		expect(proposal.gaps).toEqual([{ role: 'draft', why: 'notWorthIt' }])
		expect(proposal.downloadBytes).toBeGreaterThan(3 * GB)
	})

	it('few cores get an even smaller one', () => {
		expect(chosen(choose(processor(16), [], { cores: 2 })).completion).toBe('qwen2.5-coder-0.5b')
	})

	it('a graphics card gets one that it is quick with, and its draft', () => {
		expect(chosen(choose(card(12)))).toMatchObject({ completion: 'qwen2.5-coder-7b', draft: 'qwen2.5-coder-0.5b' })
		expect(chosen(choose(card(24)))).toMatchObject({ completion: 'qwen2.5-coder-7b', chat: 'gpt-oss-20b' })
		const large = chosen(choose(card(48)))
		expect(large).toEqual({
			completion: 'qwen3-coder-30b-a3b',
			chat: 'qwen3-coder-30b-a3b',
			embedding: 'qwen3-embedding-0.6b',
		})
	})

	it('none whose licence has a catch is chosen in the user’s name', () => {
		for (const gb of [4, 8, 16, 24, 48, 96]) {
			for (const { candidate } of [...choose(card(gb)).picks, ...choose(processor(gb)).picks]) {
				if (candidate.kind === 'catalogue') expect(candidate.model.restriction).toBeUndefined()
			}
		}
	})

	it('a machine with next to no memory gets nothing, and is told so', () => {
		const proposal = choose(processor(0.3))
		expect(proposal.picks).toEqual([])
		expect(proposal.gaps.map(({ role, why }) => `${role} ${why}`)).toEqual([
			'completion nothingFits',
			'embedding nothingFits',
			'chat nothingFits',
			'draft notWorthIt',
		])
	})

	it('is told what is not known where the catalogue is empty', () => {
		const { gaps } = choose(processor(16), [], { catalogue: [] })
		expect(gaps.map(({ why }) => why)).toEqual(['noneKnown', 'noneKnown', 'noneKnown', 'notWorthIt'])
	})

	it.each([2, 4, 6, 8, 12, 16, 24, 32, 64, 128])('all models together fit into %i GB', (gb) => {
		for (const machine of [processor(gb), card(gb), card(gb, true)]) {
			const proposal = choose(machine)
			expect(proposal.needBytes).toBeLessThanOrEqual(proposal.budget.bytes)
			const needs = proposal.picks.map(({ needBytes }) => needBytes)
			expect(needs.reduce((sum, need) => sum + need, 0)).toBe(proposal.needBytes)
		}
	})
})

describe('with models installed', () => {
	it('they are used, and nothing is downloaded in their place', () => {
		const models = [
			installed('qwen2.5-coder:1.5b', 1.5),
			installed('nomic-embed-text', 0.137, { isEmbedding: true, hasFim: false, hasChatTemplate: false, tokenizer: 1 }),
		]
		const proposal = choose(processor(16), models)
		expect(chosen(proposal)).toEqual({
			completion: 'qwen2.5-coder:1.5b',
			chat: 'qwen2.5-coder:1.5b',
			embedding: 'nomic-embed-text',
		})
		expect(proposal.downloadBytes).toBe(0)
		expect(reasonsOf(proposal, 'chat')).toEqual(['sharedWithCompletion'])
	})

	it('one that was trained on code is preferred to a larger one', () => {
		const models = [installed('qwen3:8b', 8.2), installed('qwen2.5-coder:7b', 7.6)]
		expect(chosen(choose(card(24), models)).completion).toBe('qwen2.5-coder:7b')
	})

	it('a draft has the same tokenizer and is much smaller', () => {
		const models = [
			installed('coder:7b', 7.6),
			installed('coder:3b', 3),
			installed('coder:0.5b', 0.5),
			installed('other:0.1b', 0.1, { tokenizer: 3 }),
		]
		const proposal = choose(card(24), models)
		expect(chosen(proposal)).toMatchObject({ completion: 'coder:7b', draft: 'coder:0.5b' })
		expect(reasonsOf(proposal, 'draft')).toContain('sameTokenizer')
		// Nobody knows whether one of the catalogue fits one that is installed.
		const alone = choose(card(24), [installed('coder:7b', 7.6)])
		expect(alone.gaps).toContainEqual({ role: 'draft', why: 'noneKnown' })
	})

	it('one that cannot be read, and one that does not fit, are as if they were not there', () => {
		const broken: InstalledModel = { ...installed('broken', 1), about: { problem: 'damaged' } }
		const { completion } = chosen(choose(processor(16), [broken, installed('coder:70b', 70)]))
		expect(completion).toBe('qwen2.5-coder-1.5b')
	})

	it('a chat model of its own is worth its memory only where it is clearly better', () => {
		const models = [installed('coder:7b', 7.6), installed('chat:8b', 8, { hasFim: false })]
		expect(chosen(choose(card(24), models)).chat).toBe('coder:7b')
		const larger = [installed('coder:7b', 7.6), installed('chat:20b', 20, { hasFim: false })]
		expect(chosen(choose(card(24), larger)).chat).toBe('chat:20b')
	})

	it('the context counts: a model that leaves no room for it is not chosen', () => {
		const wide = installed('coder:1b', 1, { memory: { fixedBytes: GB, bytesPerToken: 1e6 } })
		expect(chosen(choose(processor(16), [wide])).completion).toBe('coder:1b')
		expect(chosen(choose(processor(16), [wide], { contextSize: 32_768 })).completion).not.toBe('coder:1b')
	})
})

describe('with what was measured on this machine', () => {
	const speed = (promptRate: number, decodeRate: number, basis: 'measured' | 'recorded' = 'measured') =>
		({ speed: { promptRate, decodeRate }, basis }) as const
	const completionOf = ({ picks }: ModelProposal) => picks.find(({ role }) => role === 'completion')

	it('a processor that is fast gets a larger model than the rule of thumb allows', () => {
		const models = [installed('coder:7b', 7.6), installed('coder:1.5b', 1.5)]
		expect(chosen(choose(processor(32), models)).completion).toBe('coder:1.5b')
		const speeds = new Map([['/models/coder:7b', speed(400, 20)]])
		const proposal = choose(processor(32), models, { speeds })
		expect(chosen(proposal).completion).toBe('coder:7b')
		// 64 tokens that are read and 12 that are written.
		expect(completionOf(proposal)?.line).toEqual({ seconds: 64 / 400 + 12 / 20, basis: 'measured' })
		expect(completionOf(proposal)?.reasons).not.toContain('smallForProcessor')
		// The next larger one would take longer than a second.
		expect(proposal.tooSlow).toMatchObject({ candidate: { model: { id: 'qwen2.5-coder-14b' } } })
		expect(choose(processor(32), models, { speeds, catalogue: [] }).tooSlow).toBeUndefined()
	})

	it('one that is too slow gives way to a smaller one, and both are told with their seconds', () => {
		const models = [installed('coder:7b', 7.6), installed('coder:1.5b', 1.5)]
		const speeds = new Map([['/models/coder:7b', speed(40, 5, 'recorded')]])
		const proposal = choose(card(24), models, { speeds })
		const seconds = 64 / 40 + 12 / 5
		expect(chosen(proposal).completion).toBe('coder:1.5b')
		expect(completionOf(proposal)?.line).toEqual({
			seconds: expect.closeTo((seconds * 1.5) / 7.6, 10),
			basis: 'estimated',
			like: 'coder:7b',
		})
		expect(proposal.tooSlow).toMatchObject({
			candidate: { model: { title: 'coder:7b' } },
			line: { seconds, basis: 'recorded' },
		})
	})

	it('one that is to be downloaded is judged by the one that is here', () => {
		const speeds = new Map([['/models/coder:7b', speed(20, 2)]])
		const proposal = choose(processor(32), [installed('coder:7b', 7.6)], { speeds })
		expect(chosen(proposal).completion).toBe('qwen2.5-coder-0.5b')
		expect(completionOf(proposal)?.line?.basis).toBe('estimated')
		expect(proposal.tooSlow?.candidate).toMatchObject({ model: { title: 'coder:7b' } })
	})

	it('where none is fast enough the fastest is chosen, and not called the best', () => {
		const speeds = new Map([['/models/coder:1.5b', speed(5, 0.5)]])
		const proposal = choose(processor(16), [installed('coder:1.5b', 1.5)], { speeds })
		expect(chosen(proposal).completion).toBe('qwen2.5-coder-0.5b')
		expect(completionOf(proposal)?.reasons).toEqual(['nothingInstalled', 'fastestThereIs'])
		expect(completionOf(proposal)?.line?.seconds).toBeGreaterThan(1)
	})

	it('what is here is chosen, and a larger one that is fast enough is named', () => {
		const speeds = new Map([['/models/coder:0.5b', speed(2_000, 150)]])
		const proposal = choose(processor(32), [installed('coder:0.5b', 0.5)], { speeds })
		expect(chosen(proposal).completion).toBe('coder:0.5b')
		expect(proposal.worthDownload).toMatchObject({
			candidate: { model: { id: 'qwen2.5-coder-1.5b' } },
			line: { basis: 'estimated', like: 'coder:0.5b' },
		})
		const enough = choose(processor(32), [installed('coder:1.5b', 1.5)], {
			speeds: new Map([['/models/coder:1.5b', speed(400, 20)]]),
		})
		expect(enough.worthDownload).toBeUndefined()
	})

	it('memory still counts', () => {
		const speeds = new Map([['/models/coder:7b', speed(4_000, 200)]])
		const proposal = choose(processor(8), [installed('coder:7b', 7.6), installed('coder:3b', 3)], { speeds })
		expect(chosen(proposal).completion).toBe('coder:3b')
		expect(proposal.needBytes).toBeLessThanOrEqual(proposal.budget.bytes)
	})

	it('a model of a few million numbers, and one that said nothing, tell nothing of others', () => {
		const models = [installed('tiny', 0.002), installed('coder:1.5b', 1.5), installed('silent:3b', 3)]
		const speeds = new Map<string, KnownSpeed>([
			['/models/tiny', speed(1, 0.01)],
			['/models/silent:3b', { speed: { promptRate: 100, decodeRate: undefined }, basis: 'measured' as const }],
		])
		expect(choose(processor(16), models, { speeds })).toEqual(choose(processor(16), models))
	})
})

describe('what the models in use take', () => {
	const models = [installed('coder', 2), installed('chat', 4), installed('draft', 0.5), installed('idle', 9)]
	const pathOf = (title: string) => `/models/${title}`
	const need = (more: Partial<typeof defaultSettings>) => needInUse(models, { ...defaultSettings, ...more })

	it('is that of each of them once, with the room that its use asks for', () => {
		expect(need({})).toBe(0)
		// One for both has the room of the chat.
		expect(need({ 'model.path': pathOf('coder') })).toBe(1.2 * GB + 8_192 * 1_000)
		expect(need({ 'model.path': pathOf('coder'), 'chat.modelPath': pathOf('coder') })).toBe(1.2 * GB + 8_192 * 1_000)
		expect(need({ 'model.path': pathOf('coder'), 'chat.enabled': false })).toBe(1.2 * GB + 4_096 * 1_000)
		const all = { 'model.path': pathOf('coder'), 'model.draftPath': pathOf('draft'), 'chat.modelPath': pathOf('chat') }
		expect(need(all)).toBe((1.2 + 0.3 + 2.4) * GB + (4_096 + 4_096 + 8_192) * 1_000)
		expect(need({ ...all, 'chat.enabled': false })).toBe((1.2 + 0.3) * GB + 2 * 4_096 * 1_000)
	})
})

describe('the need of a model of the catalogue', () => {
	it('is more than its file', () => {
		for (const model of catalogue as readonly CatalogueModel[]) {
			for (const file of model.files) {
				const [part] = file.parts
				expect(catalogueNeed(file)).toBeGreaterThan(part?.aboutBytes ?? 0)
			}
		}
	})
})
