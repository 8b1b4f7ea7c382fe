import type { ClassIr, Expression, FunctionIr, Name, Target } from '../../ir/ir.ts'
import { deepTaints } from '../items.ts'
import type { Machine, ProgramUnit } from '../machine.ts'
import { basePaths } from '../members.ts'
import { checkAssign } from '../sinks.ts'
import { type Frame, unknown, type Value, withTaint } from '../value.ts'

type Field = Extract<Expression, { kind: 'field' }>

/** What a container makes once, for all requests (Spring, CDI, NestJS). */
const once = /^(?:(?:Rest)?Controller|Service|Component|Repository|Singleton|ApplicationScoped|Injectable)$/
/** What says that it is made anew, or is no object of its own. */
const anew = /^(?:Scope|(?:Request|Session|View|Conversation)Scoped?|Dependent|Prototype|ConfigurationProperties)$/

/**
 * What a function puts into a variable of its file, or a method into a field of what answers all requests: what another request finds there may be of this one.
 * Rules know it as an assignment to `@shared` and the name.
 */
export function checkShared(machine: Machine, target: Target, given: Value): void {
	if (machine.frame.function === undefined) return
	if (target.kind !== 'name' && target.kind !== 'field') return
	const value = withItsFields(machine, given)
	if (machine.language === 'ruby') {
		if (isOfProcess(machine, target))
			checkAssign(machine, { ...unknown, paths: [`@shared.${target.name}`] }, undefined, value, target)
		return
	}
	if (value.taint.length === 0 && !(machine.language === 'python' && value.paths.length > 0)) return
	if (target.kind === 'name' ? isOfFile(machine, target) : isOfShared(machine, target) || isOfOnly(machine, target))
		checkAssign(machine, { ...unknown, paths: [`@shared.${target.name}`] }, undefined, value, target)
}

/** An object of JavaScript with what stands in it, such as who it is and of whom: `current = { user: session.user }`. */
function withItsFields(machine: Machine, value: Value): Value {
	if (machine.language !== 'javascript' || value.taint.length > 0 || value.objects.length !== 1) return value
	return machine.store.object(value.objects[0] as number)?.form === 'object'
		? withTaint(value, deepTaints(machine, value))
		: value
}

function isOfFile({ language, unit, frame }: Machine, target: Name): boolean {
	if (language !== 'javascript' && language !== 'python') return false
	const binding = unit.scopes.bindings.get(target)
	let at: Frame | undefined = binding && frame
	for (let hop = 0; at && hop < (binding?.hops ?? 0); hop++) at = at.parent
	return at !== undefined && at.function === undefined && at === unit.frame
}

/** `this.name` in a method of what is made once. */
function isOfShared(machine: Machine, field: Field): boolean {
	const { object } = field
	const { language, frame, unit } = machine
	if (language === 'python') return isOfPublished(machine, object)
	if (language === 'csharp') return isStaticOrMiddleware(machine, field)
	const of = frame.home?.class
	if ((language !== 'java' && language !== 'javascript') || !of || frame.function?.form === 'constructor') return false
	// Angular makes components for one page, and services with the same words.
	if (language === 'javascript' && !unit.text.includes('@nestjs/')) return false
	const said = of.annotations.map((it) => it.name.slice(it.name.lastIndexOf('.') + 1))
	if (!said.some((it) => once.test(it)) || said.some((it) => anew.test(it))) return false
	// Of NestJS the decorator says it in what it is given: `@Injectable({ scope: Scope.REQUEST })`.
	if (of.annotations.some((it) => /\bScope\.(?:REQUEST|TRANSIENT)\b/.test(unit.text.slice(it.start, it.end))))
		return false
	const [id] = machine.evaluate(object).objects
	return id !== undefined && machine.store.object(id)?.class === frame.home
}

/** A field of a class and not of an object, or one of a middleware, of which the framework makes one for all requests (C#). */
function isStaticOrMiddleware(machine: Machine, { object, name }: Field): boolean {
	const { home, function: around } = machine.frame
	if (!home || around?.form === 'constructor') return false
	const { classes, objects } = machine.evaluate(object)
	const isOwn = objects.some((id) => machine.store.object(id)?.class === home)
	const holders = isOwn ? [...classes, home] : classes
	const field = holders.flatMap((it) => it.class.fields).find((it) => it.name === name && it.isStatic)
	if (field) return !field.annotations.some((it) => it.name === 'ThreadStatic')
	return isOwn && isMiddleware(home.class)
}

function isMiddleware({ methods }: ClassIr): boolean {
	const takes = (it: FunctionIr, type: RegExp) =>
		it.parameters.some((one) => one.type !== undefined && type.test(one.type))
	return (
		methods.some((it) => it.form === 'constructor' && takes(it, /(?:^|\.)RequestDelegate$/)) &&
		methods.some((it) => /^Invoke(?:Async)?$/.test(it.name ?? '') && takes(it, /(?:^|\.)HttpContext$/))
	)
}

/** Methods that one object answers all requests with, and the parameters that say so (Python). */
const answering: readonly (readonly [name: RegExp, parameters: RegExp])[] = [
	[/^__call__$/, /^(?:request|scope,receive,send|environ,start_response)$/],
	[/^dispatch$/, /^request,call_next$/],
	[/^on_(?:get|post|put|patch|delete|head|options)\w*$/, /^req,resp\b/],
	[/^process_(?:request|resource|view|response)(?:_async)?$/, /^req(?:uest)?\b/],
]

/** A field of what the top level of a file made, or of a middleware, resource or servicer, of which there is one (Python). */
function isOfPublished(machine: Machine, object: Expression): boolean {
	const { frame, store } = machine
	const { home } = frame
	if (frame.function?.form === 'constructor') return false
	const holder = machine.evaluate(object)
	if (isMadeAtTop(machine, holder)) return true
	const [id] = holder.objects
	if (!home || id === undefined || store.object(id)?.class !== home) return false
	return (
		basePaths(home).some((it) => /Servicer$/.test(it)) ||
		home.class.bases.some((it) => (it.kind === 'name' || it.kind === 'field') && it.name.endsWith('Servicer')) ||
		home.class.methods.some((it) => isAnswering(it))
	)
}

/** An object of a class of the program that the top level of a file made: there is one. */
function isMadeAtTop({ root }: Machine, { objects }: Value): boolean {
	return objects.some((id) => root.object(id)?.form === 'instance' && root.object(id)?.class !== undefined)
}

function isAnswering({ name = '', parameters, annotations }: FunctionIr): boolean {
	if (annotations.some((it) => it.name === 'cherrypy.expose')) return true
	const names = parameters
		.slice(1)
		.map(({ target }) => (target.kind === 'name' ? target.name : ''))
		.join(',')
	return answering.some(([called, given]) => called.test(name) && given.test(names))
}

/** What a process has one of, and what is named as if it were of one request (Ruby). */
const ofOneRequest = /^[@$]+(?:current(?:_\w+)?|tenant|user|(?:tenant|user)_id)$/

/** `@current = tenant` in a method of a class or module, `@@current_user`, `$current_user`: what the method was given for this request. */
function isOfProcess(machine: Machine, target: Name | Field): boolean {
	const { name, end } = target
	const { frame, unit } = machine
	const { form, parameters = [] } = frame.function ?? {}
	if (!ofOneRequest.test(name)) return false
	if (!/^(?:@@|\$)/.test(name)) {
		const of = target.kind === 'field' && target.object.kind === 'self' ? machine.evaluate(target.object) : unknown
		if (of.classes.length === 0 || of.objects.length > 0) return false
	}
	if (form === 'setter') return /^@+current/.test(name)
	const [, given] = /^\s*=\s*([a-z_]\w*)\s*(?:\n|$|;|if\b|unless\b)/.exec(unit.text.slice(end, end + 80)) ?? []
	return given !== undefined && parameters.some((it) => it.target.kind === 'name' && it.target.name === given)
}

/** What says whose request it is, or which one. */
const ofSomebody =
	/^[#_]?(?:current|active)?_?(?:tenant|user|account|session|request|req|ctx|context|customer|org|organi[sz]ation|principal|auth|token|locale|current)(?:_?[iI]d)?$/i

/** `this.user` in a method of an object that the file of its class, or the one that is looked at, makes once for all (`export const context = new Context()`): it is there for all requests. */
function isOfOnly(machine: Machine, { object, name }: Field): boolean {
	const { language, frame } = machine
	if (language !== 'javascript' || object.kind !== 'self' || !ofSomebody.test(name)) return false
	const { home } = frame
	if (!home || frame.function?.form === 'constructor') return false
	const [id] = machine.evaluate(object).objects
	const own = home.frame.unit as ProgramUnit
	if (id === undefined || home.frame !== own.frame) return false
	return [own, machine.analyzed].some(
		(it) =>
			it !== undefined &&
			[...it.scopes.topSlots.values()].some(
				(slot) => machine.valueIn(it.frame.base + slot)?.objects.includes(id) === true,
			),
	)
}
