import type { GrammarName } from '../../syntax/grammarOf.ts'
import type { IrLanguage, ModuleIr } from '../ir/ir.ts'
import type { FileTypes } from '../lowering/c/cTypes.ts'
import { lowerC } from '../lowering/c/lowerC.ts'
import { parsableC, parsableCpp } from '../lowering/c/parsableC.ts'
import { lowerCsharp } from '../lowering/csharp/lowerCsharp.ts'
import { lowerGo } from '../lowering/go/lowerGo.ts'
import { lowerJava } from '../lowering/java/lowerJava.ts'
import { lowerPhp } from '../lowering/php/lowerPhp.ts'
import { parsablePhp } from '../lowering/php/parsablePhp.ts'
import { lowerPython } from '../lowering/python/lowerPython.ts'
import { lowerRuby } from '../lowering/ruby/lowerRuby.ts'
import { lowerScript } from '../lowering/script/lowerScript.ts'
import { parsableScript } from '../lowering/script/parsableScript.ts'
import type { ParsedCode } from '../tree/codeNode.ts'

interface LanguageLowering {
	readonly language: IrLanguage
	/** @param headers of C: what the headers declare that it includes */
	readonly lower: (code: ParsedCode, headers?: readonly FileTypes[]) => ModuleIr
	/** The code without what its grammar stumbles over; all else stands where it stood. */
	readonly parsable?: (text: string, file: string) => string
}

/** The languages whose data flow is followed, by grammar. */
export const lowerings: Readonly<Partial<Record<GrammarName, LanguageLowering>>> = {
	c: { language: 'c', lower: lowerC, parsable: parsableC },
	cpp: { language: 'c', lower: lowerC, parsable: parsableCpp },
	csharp: { language: 'csharp', lower: lowerCsharp },
	java: { language: 'java', lower: lowerJava },
	go: { language: 'go', lower: lowerGo },
	php: { language: 'php', lower: lowerPhp, parsable: parsablePhp },
	python: { language: 'python', lower: lowerPython },
	ruby: { language: 'ruby', lower: (code) => lowerRuby(code) },
	javascript: { language: 'javascript', lower: lowerScript },
	typescript: { language: 'javascript', lower: lowerScript, parsable: parsableScript },
	tsx: { language: 'javascript', lower: lowerScript, parsable: parsableScript },
}
