import type { ViewNode } from '../../src/protocol/webview.ts'
import { filled } from '../texts.ts'
import { iconButton } from './buttons.ts'
import { element } from './dom.ts'
import { setEnabled } from './toolkit.ts'
import type { ViewContext } from './viewContext.ts'

/** `< 2/3 >`, or nothing where there is one version only. */
export function branchSwitcher({ id, branches }: ViewNode, { texts, post }: ViewContext): HTMLElement | undefined {
	const { index, count } = branches
	if (count < 2) return undefined
	const go = (to: number) => post({ type: 'branch', node: id, index: to })
	const previous = iconButton('back', texts.previousBranch, () => go(index - 1))
	const next = iconButton('forward', texts.nextBranch, () => go(index + 1))
	setEnabled(previous, index > 0)
	setEnabled(next, index < count - 1)
	const label = filled(texts.branchOf, index + 1, count)
	const place = element('span', {
		class: 'branch-place',
		text: `${index + 1}/${count}`,
		attributes: { 'aria-hidden': 'true' },
	})
	return element(
		'div',
		{ class: 'branches', attributes: { role: 'group', 'aria-label': label } },
		previous,
		place,
		next,
	)
}
