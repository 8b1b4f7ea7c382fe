// The only file that knows the toolkit: it is no longer developed, and may have to be replaced.
import {
	provideVSCodeDesignSystem,
	vsCodeButton,
	vsCodeProgressRing,
	vsCodeTextField,
} from '@vscode/webview-ui-toolkit'

/** Makes the elements known to the page that the view uses, and no others. */
export function registerToolkit(): void {
	provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing(), vsCodeTextField())
}

export interface ButtonOptions {
	readonly look: 'primary' | 'secondary' | 'icon'
	readonly label: string
	readonly onClick: (button: HTMLElement) => void
	readonly className?: string
}

/** A button that shows what is in it, and is called by its label. */
export function toolkitButton({ look, label, onClick, className }: ButtonOptions, content: Node | string): HTMLElement {
	const button = document.createElement('vscode-button')
	button.setAttribute('aria-label', label)
	if (look === 'icon') button.title = label
	button.setAttribute('appearance', look)
	if (className) button.className = className
	button.append(content)
	button.addEventListener('click', () => onClick(button))
	return button
}

export function relabel(button: HTMLElement, label: string): void {
	button.setAttribute('aria-label', label)
	if (button.title !== '') button.title = label
}

export function setEnabled(button: HTMLElement, isEnabled: boolean): void {
	button.toggleAttribute('disabled', !isEnabled)
}

/** A ring that turns. What is waited for is said beside it. */
export function progressRing(): HTMLElement {
	const ring = document.createElement('vscode-progress-ring')
	ring.setAttribute('aria-hidden', 'true')
	return ring
}

export interface TextField {
	readonly element: HTMLElement
	value: string
}

export function textField(
	label: string,
	value: string,
	placeholder: string,
	onInput: (value: string) => void,
): TextField {
	const element = document.createElement('vscode-text-field') as HTMLElement & { value: string }
	element.setAttribute('aria-label', label)
	element.setAttribute('placeholder', placeholder)
	element.setAttribute('value', value)
	element.addEventListener('input', () => onInput(element.value))
	return {
		element,
		get value() {
			return element.value ?? ''
		},
		set value(text) {
			element.value = text
		},
	}
}
