/** Kinds of data that the editor gives to what is dragged out of its explorer or its tabs, and browsers to links. */
const kinds = ['application/vnd.code.uri-list', 'text/uri-list', 'ResourceURLs']
/** The host takes no more at once. */
const mostFiles = 200

/** Takes files that are dropped on an element. The editor lets them through while Shift is held. */
export function acceptDrops(target: HTMLElement, hint: string, onDrop: (uris: string[]) => void): void {
	const leave = () => {
		target.classList.remove('dropping')
		target.removeAttribute('data-hint')
	}
	target.addEventListener('dragover', (event) => {
		if (!kinds.some((kind) => event.dataTransfer?.types.includes(kind.toLowerCase()))) return
		event.preventDefault()
		target.classList.add('dropping')
		target.dataset.hint = hint
	})
	target.addEventListener('dragleave', leave)
	target.addEventListener('drop', (event) => {
		leave()
		const uris = event.dataTransfer ? urisOf(event.dataTransfer) : []
		if (uris.length === 0) return
		event.preventDefault()
		onDrop(uris.slice(0, mostFiles))
	})
}

function urisOf(data: DataTransfer): string[] {
	for (const kind of kinds) {
		const text = data.getData(kind)
		const uris = kind === 'ResourceURLs' ? listOf(text) : text.split(/\r?\n/)
		const files = uris.filter((uri) => /^[a-z][\w+.-]*:/i.test(uri) && uri.length <= 4_000)
		if (files.length > 0) return files
	}
	return []
}

function listOf(json: string): string[] {
	try {
		const value: unknown = JSON.parse(json)
		return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
	} catch {
		return []
	}
}
