import type { Attachment } from '../../../core/chat/conversation.ts'

/** How a chip is called, such as `cart.ts:10-24`. */
export function attachmentLabel(attachment: Attachment): string {
	switch (attachment.kind) {
		case 'selection':
			return `${nameOf(attachment.path)}:${attachment.startLine + 1}-${attachment.endLine}`
		case 'symbol':
			return attachment.name
		case 'file':
			return nameOf(attachment.path)
		case 'folder':
			return `${nameOf(attachment.path)}/`
		case 'problems':
			return attachment.path === undefined ? '@problems' : `@problems ${nameOf(attachment.path)}`
		case 'changes':
			return attachment.staged ? '@changes:staged' : '@changes'
		case 'finding':
			return attachment.title
		case 'terminal':
		case 'workspace':
			return `@${attachment.kind}`
	}
}

function nameOf(path: string): string {
	return decode(
		path
			.replace(/^untitled:|\/+$/g, '')
			.split('/')
			.pop() ?? path,
	)
}

/** Names outside of the workspace are parts of URIs. */
function decode(name: string): string {
	try {
		return decodeURIComponent(name)
	} catch {
		return name
	}
}
