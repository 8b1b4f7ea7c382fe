import type { GrammarName } from '../../syntax/grammarOf.ts'
import type { IrLanguage } from '../ir/ir.ts'
import { lowerJava } from '../lowering/java/lowerJava.ts'
import type { Lowering } from '../lowering/lowering.ts'

/** The languages whose data flow is followed, by grammar. */
export const lowerings: Readonly<
	Partial<Record<GrammarName, { readonly language: IrLanguage; readonly lower: Lowering }>>
> = {
	java: { language: 'java', lower: lowerJava },
}
