/** A part of the page that has its content only while it is near to what is seen. */
export interface LazyPart {
	readonly element: HTMLElement
	/** Draws the content. */
	fill(): void
	/** Takes it away; the element keeps its height. */
	empty(): void
}

/** How far outside of what is seen the content is kept, in pixels: about two screens. */
const nearby = 1_200

/**
 * Fills parts of a scrolled area when they come near, and empties them when they are far: however long a conversation is,
 * the page has only so many elements. Nothing that is selected or has the focus is taken away.
 */
export class LazyArea {
	private readonly parts = new Map<Element, LazyPart>()
	private readonly observer: IntersectionObserver

	constructor(root: Element) {
		this.observer = new IntersectionObserver((entries) => this.onSeen(entries), {
			root,
			rootMargin: `${nearby}px 0px`,
		})
	}

	add(part: LazyPart): void {
		this.parts.set(part.element, part)
		this.observer.observe(part.element)
	}

	/** With everything inside of it. */
	remove(element: Element): void {
		for (const inner of this.parts.keys()) {
			if (!element.contains(inner)) continue
			this.parts.delete(inner)
			this.observer.unobserve(inner)
		}
	}

	dispose(): void {
		this.observer.disconnect()
		this.parts.clear()
	}

	private onSeen(entries: readonly IntersectionObserverEntry[]): void {
		for (const { target, isIntersecting } of entries) {
			const part = this.parts.get(target)
			if (isIntersecting) part?.fill()
			else if (part && target.isConnected && !isInUse(target)) part.empty()
		}
	}
}

function isInUse(target: Element): boolean {
	if (target.contains(document.activeElement)) return true
	const selection = document.getSelection()
	return selection !== null && !selection.isCollapsed && selection.containsNode(target, true)
}
