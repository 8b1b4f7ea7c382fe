import { join } from 'node:path'

/** Absolute paths of the starter model and its draft, which are part of the extension's own files. */
export function starterModelFiles(extensionRoot: string): { readonly path: string; readonly draftPath: string } {
	const folder = join(extensionRoot, 'media', 'models')
	return {
		path: join(folder, 'tiny-coder-target.Q8_0.gguf'),
		draftPath: join(folder, 'tiny-coder-draft.Q8_0.gguf'),
	}
}
