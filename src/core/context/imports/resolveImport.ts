import { grammarOfPath } from '../../syntax/grammarOf.ts'
import type { ImportPlaces, WrittenImport } from './knownFiles.ts'
import { resolveGo } from './resolveGo.ts'
import { resolveInclude } from './resolveInclude.ts'
import { resolvePackaged } from './resolvePackaged.ts'
import { resolvePhp } from './resolvePhp.ts'
import { resolvePython } from './resolvePython.ts'
import { resolveRuby } from './resolveRuby.ts'
import { resolveRust } from './resolveRust.ts'
import { resolveScript } from './resolveScript.ts'

/** The files that an import means, the likeliest first: by the rules of its language, so that what comes from outside of the workspace is none. */
export function resolveImport(places: ImportPlaces, written: WrittenImport): readonly string[] {
	switch (grammarOfPath(written.path)) {
		case 'typescript':
		case 'tsx':
		case 'javascript':
			return resolveScript(places, written)
		case 'python':
			return resolvePython(places, written)
		case 'rust':
			return resolveRust(places, written)
		case 'go':
			return resolveGo(places, written)
		case 'c':
		case 'cpp':
			return resolveInclude(places, written)
		case 'java':
		case 'kotlin':
		case 'csharp':
			return resolvePackaged(places, written, '.')
		case 'php':
			return resolvePhp(places, written)
		case 'ruby':
			return resolveRuby(places, written)
		default:
			return []
	}
}
