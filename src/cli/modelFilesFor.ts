import { starterModelFiles } from '../node/modelFiles.ts'

/** The files of the model that was named, without a name those that come with the extension. Absolute paths. */
export function modelFilesFor(
	{ modelPath, draftPath }: { readonly modelPath?: string; readonly draftPath?: string },
	extensionRoot: string,
): { readonly path: string; readonly draftPath?: string } {
	const starter = starterModelFiles(extensionRoot)
	const draft = draftPath ?? (modelPath === undefined ? starter.draftPath : undefined)
	return { path: modelPath ?? starter.path, ...(draft !== undefined && { draftPath: draft }) }
}
