import type { CallEntry } from '../../rules/ruleIndex.ts'
import type { TemplateRule } from '../../rules/ruleTypes.ts'
import { readInline } from '../../templates/readTemplate.ts'
import type { Template, TemplatePart, TemplateValue } from '../../templates/template.ts'
import { argumentAt, conditionsHold, type Subject } from '../conditions.ts'
import { readField } from '../fields.ts'
import { itemsOf } from '../items.ts'
import type { LibraryCall } from '../library/libraryCall.ts'
import type { Machine, ProgramUnit } from '../machine.ts'
import { reportTaint, subjectOf } from '../sinks.ts'
import { type CodePlace, derived, joinTaints, stepped, type Taint } from '../taint.ts'
import { constantOf, ofTaint, onlyTaint, unknown, type Value } from '../value.ts'

const deepestInclude = 5
/** How often one template is looked at for one function of the program. */
const mostRenders = 12
const longestInline = 20_000

/** What the names of a template mean. */
export interface TemplateNames {
	readonly named: ReadonlyMap<string, Value>
	/** What has names as well: what was handed over whole, and of Handlebars each item around. */
	readonly objects: readonly Value[]
}

interface Rendering {
	readonly machine: Machine
	/** Where it was filled. */
	readonly from: CodePlace
	/** Undefined for one that stands in the code: all of it is at that place. */
	readonly template: Template
	readonly depth: number
}

/** Fills the templates that a call fills, and looks at what they show. */
export function fillTemplates(
	machine: Machine,
	call: LibraryCall,
	entries: readonly CallEntry[],
	subject: Subject,
): void {
	if (!machine.sawTaint || machine.rules.templates.length === 0) return
	for (const it of entries) {
		if (it.form !== 'template' || !conditionsHold(machine, it.template.when, subject)) continue
		const template = templateOf(machine, call, it.template)
		if (template)
			fill({ machine, from: machine.place(call.at), template, depth: 0 }, namesOf(machine, call, it.template))
	}
}

function templateOf(machine: Machine, { values }: LibraryCall, rule: TemplateRule): Template | undefined {
	const given = argumentAt(values, rule.text ?? rule.name ?? 0)
	const text = given && constantOf(given)
	if (typeof text !== 'string') return undefined
	if (rule.text === undefined) return machine.program.template(machine.unit.file, text)
	return rule.syntax && text.length <= longestInline ? readInline(rule.syntax, text) : undefined
}

function namesOf(machine: Machine, { values }: LibraryCall, { values: which = 1 }: TemplateRule): TemplateNames {
	if (which === 'keywords') {
		const rest = values.positional.slice(1).filter((it) => it.objects.length > 0 || it.taint.length > 0)
		return { named: values.keywords, objects: [...rest, ...(values.rest ? [values.rest] : [])] }
	}
	if (which === 'attributes') return { named: machine.attributes, objects: [] }
	const given = argumentAt(values, which)
	return { named: machine.attributes, objects: given ? [given] : [] }
}

/** Fills the template of a name. */
export function fillByName(machine: Machine, name: string, from: CodePlace, names: TemplateNames): void {
	if (!machine.sawTaint || machine.rules.templates.length === 0) return
	const template = machine.program.template(machine.unit.file, name)
	if (template) fill({ machine, from, template, depth: 0 }, names)
}

function fill(rendering: Rendering, names: TemplateNames): void {
	const { machine, template, depth } = rendering
	const key = `${template.file}@`
	const times = machine.renders.get(key) ?? 0
	if (template.file !== '' && times >= mostRenders) return
	machine.renders.set(key, times + 1)
	const named = new Map(names.named)
	const objects = [...names.objects]
	for (const part of template.parts) {
		const now = { named, objects }
		switch (part.kind) {
			case 'output':
				show(rendering, part, templateValueIn(machine, part.value, now))
				break
			case 'assign': {
				const value = templateValueIn(machine, part.value, now)
				// A name for several things, such as a key and its value, may be any of them.
				for (const name of part.names) named.set(name, part.isItem ? itemsOf(machine, value, part) : value)
				break
			}
			case 'context':
				if (part.value) objects.push(templateValueIn(machine, part.value, now))
				else if (objects.length > names.objects.length) objects.pop()
				break
			case 'include': {
				const other = depth < deepestInclude ? machine.program.template(template.file, part.name) : undefined
				if (!other) break
				const given = part.values.map((it) => [it.name, templateValueIn(machine, it.value, now)] as const)
				fill({ ...rendering, template: other, depth: depth + 1 }, { named: new Map([...named, ...given]), objects })
				break
			}
		}
	}
}

function show(
	{ machine, from, template }: Rendering,
	part: Extract<TemplatePart, { kind: 'output' }>,
	value: Value,
): void {
	// What was made of data begins with something else more often than not, so that an address is not its.
	const taint = value.taint.filter((it) => !it.isWeak && (it.isWhole || part.place !== 'address'))
	if (taint.length === 0) return
	const shown = onlyTaint(
		unknown,
		taint.map((it) => stepped(it, from, 'call', 'render')),
	)
	const { frame } = machine
	// What is wrong is wrong in the template.
	const isInCode = template.file === ''
	if (!isInCode) machine.frame = { ...frame, unit: { ...machine.unit, file: template.file } as ProgramUnit }
	for (const entry of machine.rules.templates) {
		if (entry.sink.template === part.place && conditionsHold(machine, entry.sink.when, subjectOf(shown)))
			reportTaint(machine, entry, shown, isInCode ? from : part)
	}
	machine.frame = frame
}

function templateValueIn(machine: Machine, value: TemplateValue, names: TemplateNames): Value {
	switch (value.kind) {
		case 'constant':
			return unknown
		case 'path':
			return value.fields.reduce<Value>(
				(it, field) =>
					field === undefined ? itemsOf(machine, it, nowhere) : bare(readField(machine, it, field, nowhere)),
				named(machine, value.root, names),
			)
		case 'made': {
			let taint: readonly Taint[] = []
			for (const it of value.of) taint = joinTaints(taint, templateValueIn(machine, it, names).taint)
			return ofTaint(derived(taint))
		}
	}
}

/** All of a request was handed over: of what was put under a name that is not known here, another name says nothing. */
function isSource(machine: Machine, { taint, paths }: Value): boolean {
	return taint.length > 0 && paths.some((it) => machine.rules.reads.lookUp(it).some(({ form }) => form === 'source'))
}

/** In a template nothing has a type of a library. */
function bare(value: Value): Value {
	return value.paths.length === 0 ? value : { ...value, paths: [] }
}

const nowhere = { start: 0, end: 0 }

function named(machine: Machine, name: string, { named, objects }: TemplateNames): Value {
	const own = named.get(name)
	if (own) return own
	for (const it of objects.toReversed()) {
		const isKnown = it.objects.some((id) => machine.store.object(id)?.fields.has(name))
		if (isKnown || isSource(machine, it)) return bare(readField(machine, it, name, nowhere))
	}
	return unknown
}
