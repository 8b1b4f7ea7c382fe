import type { Machine } from '../machine.ts'
import { deepestBase } from '../members.ts'
import { allKinds } from '../taint.ts'
import type { ClassValue, Value } from '../value.ts'

const cleanedData = new Set(['cleaned_data', 'validated_data'])
/** Fields that refuse what is no number, date, address or one of their choices (Django, Django REST framework). */
const strict =
	/\.(?:Integer|Float|Decimal|Boolean|NullBoolean|Date|Time|DateTime|SplitDateTime|Duration|UUID|Choice|TypedChoice|MultipleChoice|TypedMultipleChoice|ModelChoice|ModelMultipleChoice|PrimaryKeyRelated|GenericIPAddress|IPAddress)Field\(\)$/

/** What a form has checked is what the fields of its class say: a number is a number there. */
export function noteCheckedFields(machine: Machine, form: Value, name: string, data: Value): void {
	if (!cleanedData.has(name) || data.taint.length === 0) return
	for (const id of form.objects) {
		const of = machine.store.object(id)?.class
		for (const field of of ? strictFields(machine, of) : [])
			for (const { root } of data.taint) machine.store.set(`${root}.${field}`, allKinds)
	}
}

function strictFields(machine: Machine, of: ClassValue, depth = 0): readonly string[] {
	const own = [...(machine.store.object(of.object)?.fields ?? [])].flatMap(([name, { paths }]) =>
		paths.length > 0 && paths.every((it) => strict.test(it)) ? [name] : [],
	)
	if (depth >= deepestBase) return own
	return [...own, ...of.bases.flatMap((base) => base.classes.flatMap((it) => strictFields(machine, it, depth + 1)))]
}
