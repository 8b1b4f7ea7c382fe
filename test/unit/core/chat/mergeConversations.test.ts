import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnswerNode, Conversation } from '../../../../src/core/chat/conversation.ts'
import {
	addQuestion,
	beginAnswer,
	changeAnswer,
	newConversation,
	rename,
	shownPath,
} from '../../../../src/core/chat/conversationTree.ts'
import { mergeConversations } from '../../../../src/core/chat/mergeConversations.ts'

const ask = (before: Conversation, id: string, parent: string | undefined, at = 1) =>
	addQuestion(before, { id, parent, text: `question ${id}`, attachments: [], at })
const answered = (before: Conversation, id: string, question: string, more: Partial<AnswerNode> = {}) => {
	const begun = beginAnswer(before, { id, question, at: before.changedAt })
	return changeAnswer(begun, id, (answer) => ({ ...answer, state: 'done', ...more }))
}

const first = answered(ask(newConversation('c', 1), 'q1', undefined), 'a1', 'q1', { text: 'One.' })
const textOf = ({ nodes }: Conversation, id: string) => nodes.find((node) => node.id === id)

describe('one conversation of two windows', () => {
	it('has the questions of both as branches, and shows what this window showed', () => {
		const ours = answered(ask(first, 'q2', 'a1', 5), 'a2', 'q2', { text: 'Ours.' })
		const theirs = answered(ask(first, 'q3', 'a1', 7), 'a3', 'q3', { text: 'Theirs.' })
		const merged = mergeConversations(ours, theirs)
		expect(merged.nodes.map(({ id }) => id)).toEqual(['q1', 'a1', 'q3', 'a3', 'q2', 'a2'])
		expect(shownPath(merged).map(({ node, index, count }) => `${node.id} ${index + 1}/${count}`)).toEqual([
			'q1 1/1',
			'a1 1/1',
			'q2 2/2',
			'a2 1/1',
		])
		expect(merged.changedAt).toBe(7)
	})

	it.each([
		['done', 'Whole answer', 'interrupted', 'Whole', 'done', 'Whole answer'],
		['interrupted', 'Whole', 'done', 'Whole answer', 'done', 'Whole answer'],
		['interrupted', 'Half', 'writing', 'Half an answer', 'interrupted', 'Half an answer'],
		['writing', 'Half an answer', 'interrupted', 'Half', 'interrupted', 'Half an answer'],
		['writing', 'Half', 'writing', 'Half an answer', 'writing', 'Half an answer'],
		['stopped', 'Half', 'writing', 'Half an answer', 'stopped', 'Half'],
	] as const)(
		'has an answer that is %s (%s) here and %s (%s) there as %s (%s)',
		(...[own, text, other, more, state, kept]) => {
			const ours = changeAnswer(first, 'a1', (node) => ({ ...node, state: own, text }))
			const theirs = changeAnswer(first, 'a1', (node) => ({ ...node, state: other, text: more }))
			expect(textOf(mergeConversations(ours, theirs), 'a1')).toMatchObject({ state, text: kept })
		},
	)

	it('is called what it was called last', () => {
		const [early, late] = [rename(first, 'Early', 10), rename(first, 'Late', 20)]
		expect(mergeConversations(early, late).title).toBe('Late')
		expect(mergeConversations(late, early).title).toBe('Late')
		expect(mergeConversations(first, early).title).toBe('Early')
		expect(mergeConversations(first, first).title).toBe('question q1')
	})

	it('has every node of both, each after its parent, whatever they are', () => {
		const branch = fc.array(fc.record({ id: fc.integer({ min: 1, max: 30 }), at: fc.nat(20) }), { maxLength: 12 })
		const grown = (parts: readonly { id: number; at: number }[], mark: string) => {
			let conversation = first
			for (const { id, at } of parts) {
				const name = `${mark}${id}`
				if (textOf(conversation, name)) continue
				const answers = conversation.nodes.filter(({ role }) => role === 'assistant')
				const parent = answers[at % answers.length]?.id
				conversation = answered(ask(conversation, name, parent), `${name}a`, name, { text: name })
			}
			return conversation
		}
		fc.assert(
			fc.property(branch, branch, branch, (common, own, other) => {
				const base = grown(common, 'c')
				const extended = (parts: typeof own, mark: string) => {
					const alone = grown(parts, mark)
					return { ...base, nodes: [...base.nodes, ...alone.nodes.slice(2)] }
				}
				const [ours, theirs] = [extended(own, 'o'), extended(other, 't')]
				const { nodes } = mergeConversations(ours, theirs)
				const ids = nodes.map(({ id }) => id)
				expect(new Set(ids).size).toBe(ids.length)
				expect(new Set(ids)).toEqual(new Set([...ours.nodes, ...theirs.nodes].map(({ id }) => id)))
				for (const [at, { parent }] of nodes.entries()) {
					if (parent !== undefined) expect(ids.indexOf(parent)).toBeLessThan(at)
				}
			}),
		)
	})
})
