import { describe, expect, it } from 'vitest'
import type { HostMessage, ViewAnswer, ViewNode } from '../../../src/protocol/webview.ts'
import { type Action, reduce } from '../../../webview/state/reducer.ts'
import { firstViewModel, lastQuestion, type ViewModel, writingAnswer } from '../../../webview/state/viewModel.ts'
import { answer, question, viewState } from '../../webview/samples.ts'

function modelAfter(...actions: readonly Action[]): ViewModel {
	return actions.reduce(reduce, firstViewModel)
}

const shown = (nodes: readonly ViewNode[], id = 'c1'): HostMessage => {
	const state = viewState(nodes)
	return { type: 'state', state: { ...state, conversation: { ...state.conversation, id } } }
}
const writing = answer('a1', '', { state: 'writing', progress: 'Reading' })
const text = (more: string, conversation = 'c1'): HostMessage => ({
	type: 'text',
	conversation,
	node: 'a1',
	text: more,
})
const ended = (state: ViewAnswer['state'], reason?: string): HostMessage => {
	const { text: _, ...rest } = answer('a1', '', { state, ...(reason === undefined ? {} : { reason }) }) as ViewAnswer
	return { type: 'answer', conversation: 'c1', answer: rest }
}
const texts = ({ conversation }: ViewModel) => conversation.nodes.map((node) => node.text)

describe('an answer that comes', () => {
	const nodes = [question('q1', 'Why?'), writing]
	const asked: readonly Action[] = [shown([]), { type: 'nodes', conversation: 'c1', from: 0, nodes }]

	it('grows by what is sent, and keeps its text when it ends', () => {
		const model = modelAfter(...asked, text('Because'), text(' so.'), ended('done'))
		expect(texts(model)).toEqual(['Why?', 'Because so.'])
		expect(model.conversation.nodes[1]).toMatchObject({ state: 'done' })
		expect(model.conversation.nodes[1]).not.toHaveProperty('progress')
	})

	it('is being written until it ends', () => {
		expect(writingAnswer(modelAfter(...asked, text('Be')))?.id).toBe('a1')
		expect(writingAnswer(modelAfter(...asked, ended('stopped')))).toBeUndefined()
	})

	it.each(['done', 'stopped', 'cut', 'interrupted', 'failed'] as const)(
		'is told when it begins and when it is %s',
		(state) => {
			const begun = modelAfter(...asked)
			expect(begun.announcement).toEqual({ number: 1, kind: 'writing', reason: undefined })
			const more = reduce(begun, text('Be'))
			expect(more.announcement).toBe(begun.announcement)
			expect(reduce(more, ended(state, 'No room.')).announcement).toEqual({
				number: 2,
				kind: state,
				reason: 'No room.',
			})
		},
	)

	it('leaves the other messages the objects that they were', () => {
		const before = modelAfter(...asked)
		const now = reduce(before, text('Be'))
		expect(now.conversation.nodes[0]).toBe(before.conversation.nodes[0])
		expect(now.chips).toBe(before.chips)
	})

	it('is not changed by what is meant for another conversation, another message or a question', () => {
		const model = modelAfter(...asked)
		expect(reduce(model, text('x', 'c2'))).toBe(model)
		expect(reduce(model, { type: 'text', conversation: 'c1', node: 'a9', text: 'x' })).toBe(model)
		expect(reduce(model, { type: 'text', conversation: 'c1', node: 'q1', text: 'x' })).toBe(model)
	})
})

describe('another conversation', () => {
	const first = shown([question('q1', 'Why?'), answer('a1', 'So.')])

	it('is told to nobody as an answer that ended, and closes the history', () => {
		const model = modelAfter(
			first,
			{ type: 'history.open' },
			shown([question('q2', 'How?'), answer('a2', 'Thus.')], 'c2'),
		)
		expect(model.announcement).toBeUndefined()
		expect(model.history.isOpen).toBe(false)
		expect(texts(model)).toEqual(['How?', 'Thus.'])
	})

	it('has its references closed; the same one keeps them as they were', () => {
		const open = modelAfter(first, { type: 'references.toggle', node: 'a1' })
		expect([...reduce(open, first).expanded]).toEqual(['a1'])
		expect([...reduce(open, shown([], 'c2')).expanded]).toEqual([])
		expect([...reduce(open, { type: 'references.toggle', node: 'a1' }).expanded]).toEqual([])
	})
})

it('nodes from a place on take the place of those that were there', () => {
	const model = modelAfter(
		shown([question('q1', '1'), answer('a1', '2'), question('q2', '3')]),
		{ type: 'edit.begin', node: 'q2' },
		{ type: 'nodes', conversation: 'c1', from: 1, nodes: [answer('a9', 'x')] },
	)
	expect(texts(model)).toEqual(['1', 'x'])
	expect(model.editing, 'the message that was edited is gone').toBeUndefined()
	expect(lastQuestion(model)?.id).toBe('q1')
})

it('an answer to an older search of the history is dropped', () => {
	const items = [{ id: 'c2', title: 'x', changedAt: 1, messages: 2 }]
	const open = modelAfter({ type: 'history.open' }, { type: 'history.search', query: 'new' })
	expect(reduce(open, { type: 'history', query: 'old', items }).history.items).toBeUndefined()
	expect(reduce(open, { type: 'history', query: 'new', items }).history.items).toEqual(items)
})

it('one row of the history asks at a time', () => {
	const model = modelAfter(
		{ type: 'history.open' },
		{ type: 'history.rename', conversation: 'c1' },
		{ type: 'history.delete', conversation: 'c2' },
	)
	expect(model.history).toMatchObject({ renaming: undefined, deleting: 'c2' })
})

it('what is asked of the composer has a new number each time', () => {
	const compose: Action = { type: 'compose', text: '@x ', replace: false }
	const one = modelAfter(shown([]), compose)
	const two = reduce(one, compose)
	expect(one.compose).toMatchObject({ text: '@x ', kind: 'insert' })
	expect(two.compose?.number).not.toBe(one.compose?.number)
	expect(reduce(one, { type: 'focus' }).focusRequests).toBe(one.focusRequests + 1)
})

it('notices are few, each is there once, and numbers are never given twice', () => {
	const notice = (words: string): Action => ({ type: 'notice', severity: 'info', text: words })
	const model = modelAfter(notice('a'), notice('b'), notice('a'), notice('c'), notice('d'))
	expect(model.notices.map((one) => one.text)).toEqual(['a', 'c', 'd'])
	const none = model.notices.reduce((now, { number }) => reduce(now, { type: 'notice.dismiss', number }), model)
	expect(none.notices).toEqual([])
	expect(reduce(none, notice('e')).notices[0]?.number).toBe(6)
})
