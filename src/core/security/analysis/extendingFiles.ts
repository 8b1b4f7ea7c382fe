import type { ModuleIr } from '../ir/ir.ts'
import type { LoadedFile } from './program.ts'

/** Files of a project whose names say that they extend types of others: a call of an extension method does not name the file. */
export const extendingFile = /(?:Extensions?|Ext|Helpers?|Util(?:s|ities)?)\.cs$/

/** Names of the extension methods of a file (C#). */
export function extensionNames(ir: ModuleIr): readonly string[] {
	if (ir.language !== 'csharp') return []
	return ir.body.flatMap((it) =>
		it.kind === 'class'
			? it.class.methods.flatMap(({ isExtension, name }) => (isExtension && name !== undefined ? [name] : []))
			: [],
	)
}

/** Finds the files with an extension method of a name, among those that were read. */
export class ExtendingFiles {
	private readonly byName = new Map<string, LoadedFile[]>()

	constructor(files: Iterable<LoadedFile | undefined>) {
		for (const it of files) {
			if (!it) continue
			for (const name of new Set(extensionNames(it.ir))) {
				const known = this.byName.get(name)
				if (known) known.push(it)
				else this.byName.set(name, [it])
			}
		}
	}

	/** Those whose namespace the file is in or imports. */
	seenFrom(from: LoadedFile, name: string): readonly string[] {
		const found = this.byName.get(name)
		if (!found) return []
		return found.filter((it) => it !== from && sees(from, it.ir.packageName)).map((it) => it.file)
	}
}

function sees({ ir, scopes }: LoadedFile, packageName: string | undefined): boolean {
	if (packageName === undefined || packageName === ir.packageName) return true
	return ir.packageName?.startsWith(`${packageName}.`) === true || scopes.wildcards.includes(packageName)
}
