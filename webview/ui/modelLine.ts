import type { ViewModel } from '../state/viewModel.ts'
import { filled } from '../texts.ts'
import { quietButton, textButton } from './buttons.ts'
import { element } from './dom.ts'
import { icon } from './icons.ts'
import { progressRing, relabel } from './toolkit.ts'
import type { ViewContext } from './viewContext.ts'

/** The model that answers, where it runs, and a way to another one. */
export class ModelLine {
	readonly element: HTMLElement
	/** Says what is wrong with the model, where something is; stands above the field. */
	readonly problem = element('div', { class: 'model-problem', attributes: { role: 'status' } })
	private readonly context: ViewContext
	private readonly button: HTMLElement
	private readonly label = element('span', { class: 'model-label' })

	constructor(context: ViewContext) {
		this.context = context
		const onClick = () => context.post({ type: 'chooseModel' })
		this.button = quietButton('model', context.texts.chooseModel, onClick, this.label)
		this.element = element('div', { class: 'model-line' }, this.button)
	}

	update({ model }: ViewModel, before: ViewModel): void {
		if (model === before.model) return
		const { texts, language, post } = this.context
		const { name, state, progress, problem, place } = model
		const shownName = name ?? texts.noModel
		const percent =
			state === 'loading' && progress !== undefined
				? new Intl.NumberFormat(language, { style: 'percent' }).format(progress)
				: undefined
		const sign = state === 'loading' ? progressRing() : icon(state === 'unavailable' ? 'warning' : 'model')
		this.label.replaceChildren(
			sign,
			element('span', { class: 'model-name', text: shownName }),
			...(percent ? [' ', element('span', { class: 'model-percent', text: percent })] : []),
			icon('expand'),
		)
		// What is seen has to be in the name, as it is seen.
		const seen = percent ? `${shownName} ${percent}` : shownName
		const details = [seen, place, ...(state === 'loading' ? [texts.modelLoading] : [])]
		const described = details.filter((detail) => detail !== '').join(', ')
		relabel(this.button, filled(texts.modelButton, described))
		this.button.classList.toggle('unavailable', state === 'unavailable')
		const isProblem = state === 'unavailable' && problem !== undefined
		this.problem.hidden = !isProblem
		this.problem.replaceChildren()
		if (!isProblem) return
		const choose = textButton(texts.chooseModel, () => post({ type: 'chooseModel' }))
		this.problem.append(icon('warning'), element('span', { class: 'notice-text', text: problem }), choose)
	}
}
