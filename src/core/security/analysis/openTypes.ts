import type { ClassIr, ModuleIr } from '../ir/ir.ts'

/** Names of the types of a file with methods that other classes have to give a body. */
export function openTypes(ir: ModuleIr): readonly string[] {
	if (ir.language !== 'java' && ir.language !== 'csharp') return []
	return classesOf(ir).flatMap((it) =>
		it.name !== undefined && it.methods.some((method) => method.isAbstract) ? [it.name] : [],
	)
}

/** Whether a class of a file comes from a type of this name. */
export function extendsType(ir: ModuleIr | undefined, name: string): boolean {
	return (
		ir !== undefined &&
		classesOf(ir).some((it) =>
			it.bases.some((base) => (base.kind === 'name' || base.kind === 'field') && base.name === name),
		)
	)
}

function classesOf(ir: ModuleIr): readonly ClassIr[] {
	return ir.body.flatMap((it) => (it.kind === 'class' ? [it.class] : []))
}
