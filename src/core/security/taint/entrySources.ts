import type { Annotation, FieldIr, Parameter } from '../ir/ir.ts'
import type { SourceRule } from '../rules/ruleTypes.ts'
import { conditionsHold, type Subject } from './conditions.ts'
import { asDeclared, asParameter } from './declaredTypes.ts'
import { type Machine, noArguments } from './machine.ts'
import { basePaths } from './members.ts'
import { typeNamed } from './names.ts'
import { addSource } from './sources.ts'
import type { ClassValue, Value } from './value.ts'

/**
 * A parameter's value, with the taint that rules say parameters of this name, annotation or type have.
 * @param isOpen whether others than the program may call the function, and do here: what they hand over is of the kind `library`
 */
export function parameterSources(machine: Machine, parameter: Parameter, value: Value, isOpen: boolean): Value {
	let result = value
	for (const source of machine.rules.parameters) {
		if (source.kind === 'library' && !isOpen) continue
		if (isSource(machine, source, parameter)) result = addSource(machine, result, source, parameter)
	}
	return result === value ? value : asParameter(machine, result, parameter)
}

/** What a field begins with: with the taint that rules say fields of this annotation, or of such a class, have. */
export function fieldSources(machine: Machine, of: ClassValue, field: FieldIr, value: Value): Value {
	let result = value
	for (const source of machine.rules.fields)
		if (isFieldSource(machine, source, of, field))
			result = addSource(machine, { ...result, constants: undefined }, source, field)
	return result === value ? value : asDeclared(machine, result, field.type)
}

function isFieldSource(
	machine: Machine,
	{ fieldAnnotation, fieldOf, field: named }: SourceRule,
	of: ClassValue,
	field: FieldIr,
): boolean {
	if (named !== undefined && !machine.rules.cache.whole(named).test(field.name)) return false
	if (fieldAnnotation !== undefined)
		return field.annotations.some((it) => annotationMatches(machine, it, fieldAnnotation))
	if (fieldOf === undefined) return false
	const table = machine.rules.cache.table(fieldOf)
	return basePaths(of).some((path) => table.lookUp(path).length > 0)
}

function isSource(machine: Machine, source: SourceRule, parameter: Parameter): boolean {
	if (source.parameter !== undefined) {
		const isNamed =
			parameter.target.kind === 'name' && machine.rules.cache.whole(source.parameter).test(parameter.target.name)
		return isNamed && (source.when === undefined || conditionsHold(machine, source.when, parameterSubject(parameter)))
	}
	if (source.parameterAnnotation !== undefined) {
		return parameter.annotations.some(
			(it) =>
				annotationMatches(machine, it, source.parameterAnnotation as string) &&
				conditionsHold(machine, source.when, annotationSubject(machine, it, parameter)),
		)
	}
	if (source.parameterType !== undefined && parameter.type !== undefined) {
		const named = typeNamed(machine, parameter.type)
		const table = machine.rules.cache.table(source.parameterType)
		return (
			named?.paths.some((path) => table.lookUp(path).length > 0) === true || table.lookUp(parameter.type).length > 0
		)
	}
	return false
}

/** Of a parameter there is its type to ask for, and the function that has it. */
function parameterSubject({ type }: Parameter): Subject {
	return { values: noArguments, receiver: undefined, receiverText: type, value: undefined, valueText: undefined }
}

/** What conditions of a source can look at: the annotation as it is written, and the parameter as what it is given to. */
function annotationSubject({ unit }: Machine, { expression, start, end }: Annotation, parameter: Parameter): Subject {
	const valueText = unit.text.slice(expression?.start ?? start, expression?.end ?? end)
	return { values: noArguments, receiver: undefined, receiverText: parameter.type, value: undefined, valueText }
}

export function annotationMatches(
	machine: Machine,
	annotation: Annotation,
	paths: string | readonly string[],
): boolean {
	const table = machine.rules.cache.table(paths)
	if (table.lookUp(annotation.name).length > 0) return true
	const written = typeNamed(machine, annotation.name)
	if (written?.paths.some((path) => table.lookUp(path).length > 0)) return true
	// Its names are those of the place where the function is declared.
	if (machine.frame.parent) return false
	const value =
		annotation.expression && annotation.expression.kind !== 'call' ? machine.evaluate(annotation.expression) : undefined
	const callee = annotation.expression?.kind === 'call' ? machine.evaluate(annotation.expression.callee) : value
	return callee?.paths.some((path) => table.lookUp(path).length > 0) === true
}
