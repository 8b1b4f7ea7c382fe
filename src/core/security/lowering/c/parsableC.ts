import { withoutMacros } from '../../../syntax/cMacros.ts'

/** `class EXPORT_MACRO Name {`: what the macro stands for is known to the compiler only. */
const classMacro =
	/\b(class|struct|union)([ \t]+)([A-Z][A-Z\d_]*(?:\([^()\n]*\))?)([ \t]+)(?=(?!final\b)[A-Za-z_][\w:]*\s*(?:final\s*)?(?::(?!:)|\{))/g
/** Of a structure it may be the name of a type in C. */
const exporting = /API|EXPORT|PUBLIC|VISIB|DLL|DECL|ALIGN|PACKED|NODISCARD|DEPRECATED/

/** `new Item *[n]`, which the grammar takes for a product. */
const newPointers = /\bnew(\s*\([^()\n]*\))?(\s+)((?:const\s+)?[A-Za-z_][\w:]*(?:<[^<>;\n]*>)?\s*\*+)(?=\s*[[;),{(])/g

/** Code of C without what the grammar stumbles over; all else stands where it stood. */
export function parsableC(text: string): string {
	return withoutMacros(text)
}

/** The same of C++. */
export function parsableCpp(text: string): string {
	return withoutMacros(text)
		.replace(classMacro, (whole: string, kind: string, before: string, macro: string, behind: string) =>
			kind === 'class' || exporting.test(macro) ? `${kind}${before}${' '.repeat(macro.length)}${behind}` : whole,
		)
		.replace(
			newPointers,
			// Of which type the pointers are does not matter, but that their size is not that of what they lead to.
			(_, placement: string | undefined, space: string, type: string) =>
				`new${placement ?? ''}${space}${'_'.repeat(type.length)}`,
		)
}
