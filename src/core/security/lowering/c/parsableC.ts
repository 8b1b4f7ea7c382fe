import { withoutMacros } from '../../../syntax/cMacros.ts'

/** `class EXPORT_MACRO Name {`: what the macro stands for is known to the compiler only. */
const classMacro =
	/\b(class|struct|union)([ \t]+)([A-Z][A-Z\d_]*(?:\([^()\n]*\))?)([ \t]+)(?=(?!final\b)[A-Za-z_][\w:]*\s*(?:final\s*)?(?::(?!:)|\{))/g
/** Of a structure it may be the name of a type in C. */
const exporting = /API|EXPORT|PUBLIC|VISIB|DLL|DECL|ALIGN|PACKED|NODISCARD|DEPRECATED/

/** `new Item *[n]`, which the grammar takes for a product. */
const newPointers = /\bnew(\s*\([^()\n]*\))?(\s+)((?:const\s+)?[A-Za-z_][\w:]*(?:<[^<>;\n]*>)?\s*\*+)(?=\s*[[;),{(])/g

/** Words that Qt's own compiler reads: `public slots:`, `signals:`, `emit changed();`. */
const ofQt = /\bQ_(?:OBJECT|GADGET|SIGNALS|SLOTS|EMIT)\b|#[ \t]*include[ \t]*<Q/
const slots = /^([ \t]*(?:public|protected|private)[ \t]+)(slots|Q_SLOTS)(?=[ \t]*:)/gm
const signals = /^([ \t]*)(signals|Q_SIGNALS)(?=[ \t]*:(?!:))/gm
const emitted = /\b(?:emit|Q_EMIT)(?=[ \t]+[A-Za-z_])/g

/** Code of C without what the grammar stumbles over; all else stands where it stood. */
export function parsableC(text: string): string {
	return withoutMacros(text)
}

/** The same of C++. */
export function parsableCpp(text: string): string {
	return withoutQt(withoutMacros(text))
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

function withoutQt(text: string): string {
	if (!ofQt.test(text)) return text
	return text
		.replace(slots, (_, access: string, word: string) => access + ' '.repeat(word.length))
		.replace(signals, (_, before: string, word: string) => before + 'public'.padEnd(word.length))
		.replace(emitted, (word, at: number) => (beginsStatement(text, at) ? ' '.repeat(word.length) : word))
}

function beginsStatement(text: string, at: number): boolean {
	let before = at - 1
	while (before >= 0 && /\s/.test(text[before] as string)) before--
	return before < 0 || ';{}):'.includes(text[before] as string)
}
