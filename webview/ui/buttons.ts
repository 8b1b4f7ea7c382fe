import { element } from './dom.ts'
import { type IconName, icon } from './icons.ts'
import { toolkitButton } from './toolkit.ts'

/** A button with a sign and no text, called by its label. */
export function iconButton(name: IconName, label: string, onClick: (button: HTMLElement) => void): HTMLElement {
	return toolkitButton({ look: 'icon', label, onClick }, icon(name))
}

/** The usual button with a text. */
export function textButton(
	text: string,
	onClick: (button: HTMLElement) => void,
	look: 'primary' | 'secondary' = 'primary',
): HTMLElement {
	return toolkitButton({ look, label: text, onClick }, text)
}

/**
 * A button with a text, or more, that does not ask for attention. The toolkit has none such.
 *
 * @param label undefined: what is in it calls it well enough
 */
export function quietButton(
	className: string,
	label: string | undefined,
	onClick: () => void,
	...content: (Node | string)[]
): HTMLButtonElement {
	const button = element('button', { class: `quiet ${className}`, attributes: { type: 'button' } }, ...content)
	if (label !== undefined) {
		button.setAttribute('aria-label', label)
		button.title = label
	}
	button.addEventListener('click', onClick)
	return button
}
