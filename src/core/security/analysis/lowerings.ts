import type { GrammarName } from '../../syntax/grammarOf.ts'
import type { IrLanguage } from '../ir/ir.ts'
import { lowerC } from '../lowering/c/lowerC.ts'
import { lowerCsharp } from '../lowering/csharp/lowerCsharp.ts'
import { lowerGo } from '../lowering/go/lowerGo.ts'
import { lowerJava } from '../lowering/java/lowerJava.ts'
import type { Lowering } from '../lowering/lowering.ts'
import { lowerPhp } from '../lowering/php/lowerPhp.ts'
import { lowerPython } from '../lowering/python/lowerPython.ts'
import { lowerRuby } from '../lowering/ruby/lowerRuby.ts'
import { lowerScript } from '../lowering/script/lowerScript.ts'

/** The languages whose data flow is followed, by grammar. */
export const lowerings: Readonly<
	Partial<Record<GrammarName, { readonly language: IrLanguage; readonly lower: Lowering }>>
> = {
	c: { language: 'c', lower: lowerC },
	cpp: { language: 'c', lower: lowerC },
	csharp: { language: 'csharp', lower: lowerCsharp },
	java: { language: 'java', lower: lowerJava },
	go: { language: 'go', lower: lowerGo },
	php: { language: 'php', lower: lowerPhp },
	python: { language: 'python', lower: lowerPython },
	ruby: { language: 'ruby', lower: lowerRuby },
	javascript: { language: 'javascript', lower: lowerScript },
	typescript: { language: 'javascript', lower: lowerScript },
	tsx: { language: 'javascript', lower: lowerScript },
}
