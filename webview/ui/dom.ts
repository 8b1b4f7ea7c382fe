interface Options {
	readonly class?: string
	readonly text?: string
	readonly id?: string
	readonly attributes?: Readonly<Record<string, string>>
}

export function element<Name extends keyof HTMLElementTagNameMap>(
	name: Name,
	options: Options = {},
	...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
	const made = document.createElement(name)
	if (options.class) made.className = options.class
	if (options.id) made.id = options.id
	if (options.text !== undefined) made.textContent = options.text
	for (const [key, value] of Object.entries(options.attributes ?? {})) made.setAttribute(key, value)
	made.append(...children)
	return made
}

/** Only where it differs, so that nothing is laid out again for no reason. */
export function setText(target: HTMLElement, text: string): void {
	if (target.textContent !== text) target.textContent = text
}
