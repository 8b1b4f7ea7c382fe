/** The field is as high as its text, up to the limit that the style sheet sets. */
export function growWithText(field: HTMLTextAreaElement): void {
	field.addEventListener('input', () => fitHeight(field))
	// It has no size before it is in the page.
	requestAnimationFrame(() => fitHeight(field))
}

export function fitHeight(field: HTMLTextAreaElement): void {
	field.style.height = 'auto'
	if (field.scrollHeight > 0) field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`
}
