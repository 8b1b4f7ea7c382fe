import * as vscode from 'vscode'
import { manifestNames, testFramework } from '../../../core/chat/testFramework.ts'
import { placeOf } from '../workspacePaths.ts'

const largest = 1_000_000
const mostFolders = 12

/** What the project that a file belongs to is tested with: from the nearest manifest that names something. */
export async function frameworkFor(path: string): Promise<string | undefined> {
	const place = await placeOf(path)
	const root = place && vscode.workspace.getWorkspaceFolder(place.uri)?.uri
	if (!place || !root) return undefined
	let folder = vscode.Uri.joinPath(place.uri, '..')
	for (let count = 0; count < mostFolders; count++) {
		const found = await frameworkIn(folder)
		if (found !== undefined || folder.path === root.path || folder.path === '/') return found
		folder = vscode.Uri.joinPath(folder, '..')
	}
	return undefined
}

async function frameworkIn(folder: vscode.Uri): Promise<string | undefined> {
	let names: readonly string[]
	try {
		names = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name)
	} catch {
		return undefined
	}
	const manifests = [...manifestNames.filter((name) => names.includes(name)), ...names.filter(isProject)]
	for (const name of manifests) {
		try {
			const uri = vscode.Uri.joinPath(folder, name)
			if ((await vscode.workspace.fs.stat(uri)).size > largest) continue
			const found = testFramework(name, new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)))
			if (found !== undefined) return found
		} catch {
			// It went meanwhile.
		}
	}
	return undefined
}

function isProject(name: string): boolean {
	return name.endsWith('.csproj')
}
