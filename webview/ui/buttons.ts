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
