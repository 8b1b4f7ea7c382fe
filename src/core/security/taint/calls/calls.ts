import type { Call, Expression } from '../../ir/ir.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import { assign, isTarget } from '../assign.ts'
import { bareInstance, baseMember, converted, instantiate } from '../classes.ts'
import { methodByName } from '../duckTyped.ts'
import { readField } from '../fields.ts'
import { fillStream } from '../filledStreams.ts'
import { checkName } from '../finds.ts'
import { providedStatement } from '../frameworks/mappers.ts'
import { dispatchedCall } from '../frameworks/phpJobs.ts'
import { render, renderedVariable } from '../frameworks/rails.ts'
import { helperMethod } from '../frameworks/railsHelpers.ts'
import { recordMade } from '../frameworks/rubyRecords.ts'
import { relationMethod } from '../frameworks/rubyRelations.ts'
import { callFunction, run, unfollowed } from '../functions.ts'
import { newList } from '../items.ts'
import { declares, nestsClasses } from '../languages/enclosing.ts'
import { enumConstant } from '../languages/enums.ts'
import { sentToOthers } from '../languages/goChannels.ts'
import { implicitMethod, keepSetting } from '../languages/ruby.ts'
import { rubyAnswer } from '../languages/rubyAnswers.ts'
import { callLibrary, checkCall, ruledCall } from '../library/callLibrary.ts'
import { type ArgumentValues, argumentsOf, type Machine } from '../machine.ts'
import { basePaths, callable, findMember } from '../members.ts'
import { addressed } from '../memory/addressed.ts'
import { hasPointers } from '../memory/memory.ts'
import { writtenThroughCopies } from '../memory/pointerCopies.ts'
import { checkHandedOn, forgetFreed, forgetUninitialized } from '../memory/pointers.ts'
import { containerChanged } from '../memory/views.ts'
import { knownName } from '../names.ts'
import { builderMethod } from '../natives/builders.ts'
import { callNative } from '../natives/callNative.ts'
import { setState } from '../natives/states.ts'
import { checkCsharpMatch, checkPythonMatch, checkSlowMatch } from '../texts/slowMatches.ts'
import { textMethod } from '../texts/textMethods.ts'
import {
	constant,
	constantOf,
	type FunctionValue,
	joinValues,
	type NativeFunction,
	unknown,
	type Value,
	withTaint,
} from '../value.ts'
import { applyFunction, isLibraryFunction } from './applied.ts'
import { evaluateArguments } from './argumentValues.ts'
import { boundTo, unresolvedPath } from './boundMethods.ts'
import { checkDispatch, checkNamed } from './dispatch.ts'
import { extensionsFor, withReceiver } from './extensionMethods.ts'
import { runConcurrent, waits } from './laterCalls.ts'
import { namedCallable } from './namedCallable.ts'
import { overloads } from './overloads.ts'

export function evaluateCall(machine: Machine, call: Call): Value {
	const { callee } = call
	checkName(machine, callee)
	if (callee.kind === 'super') return callSuper(machine, call)
	if (callee.kind === 'self' && !call.isNew) {
		const own = ownConstructors(machine)
		const values = evaluateArguments(machine, call.arguments)
		if (own) return callValue(machine, own, machine.frame.self, values, call)
	}
	if (callee.kind === 'field') return callMethod(machine, call, callee.object, callee.name)
	if (callee.kind === 'index') {
		const index = machine.evaluate(callee.index ?? callee.object)
		const name = constantOf(index)
		if (typeof name === 'string') return callMethod(machine, call, callee.object, name)
		checkDispatch(machine, call, callee, index)
	}
	const isImplicit = machine.language === 'ruby' && callee.kind === 'name' && !call.isNew
	const local = isImplicit && call.arguments.length === 0 ? renderedVariable(machine, callee.name) : undefined
	if (local) return local
	const target = isImplicit ? implicitMethod(machine, call, callee.name) : machine.evaluate(callee)
	if (machine.language === 'php' && (call.isNew || callee.kind !== 'index'))
		checkNamed(machine, call, call.isNew ? '@instance' : '@function', target, callee)
	if (hasPointers(machine)) {
		forgetUninitialized(machine, call, target)
		forgetFreed(machine, call, target)
	}
	const values = evaluateArguments(machine, call.arguments)
	if (machine.isDead) return unknown
	if (isImplicit && callee.name === 'render') render(machine, values, call)
	if (isImplicit && callee.name === 'set') keepSetting(machine, values)
	return callTarget(machine, call, target, undefined, undefined, values)
}

function callSuper(machine: Machine, call: Call): Value {
	const target = baseMember(machine, undefined)
	const values = evaluateArguments(machine, call.arguments)
	if (target.functions.length === 0) {
		const { home, self } = machine.frame
		if (home && self) fillStream(machine, home, self, values)
		return unknown
	}
	return callValue(machine, target, machine.frame.self, values, call)
}

/** `this(…)`: another constructor of the class. */
function ownConstructors(machine: Machine): Value | undefined {
	const { home, self } = machine.frame
	const outside =
		home?.more.filter((it) => it.function !== machine.frame.function && it.function.form === 'constructor') ?? []
	if (home && outside.length > 0)
		return { ...unknown, functions: outside.map((it) => ({ ...it, self: machine.frame.self, home })) }
	const others =
		home?.class.methods.filter(
			(it) => it.form === 'constructor' && it !== machine.frame.function && !(hasPointers(machine) && it.isAbstract),
		) ?? []
	if (!home || others.length === 0) return undefined
	return { ...unknown, functions: others.map((it) => ({ function: it, frame: home.frame, self, home })) }
}

/** What an action of C# ends with that shows a view. */
const viewMethod = /^(?:Partial)?View$/

function callMethod(machine: Machine, call: Call, object: Expression, name: string): Value {
	const receiver = object.kind === 'super' ? machine.frame.self : machine.evaluate(object)
	if (machine.isDead) return unknown
	const target = isJavaText(machine, receiver)
		? { ...unknown, paths: [`java.lang.String.${name}`] }
		: object.kind === 'super'
			? baseMember(machine, name)
			: readField(machine, { ...receiver, taint: [] }, name, call, true)
	if (hasPointers(machine)) {
		forgetUninitialized(machine, call, target)
		forgetFreed(machine, call, target)
	}
	const values = evaluateArguments(machine, call.arguments)
	if (machine.isDead) return unknown
	if (name === '@receive' || name === 'Wait') {
		runConcurrent(machine)
		if (name === '@receive' && waits(machine, receiver)) {
			machine.isDead = true
			return unknown
		}
	}
	if (machine.viewed && viewMethod.test(name)) machine.viewed.push(...values.positional)
	if (machine.language === 'csharp' && !call.isNew) {
		const functions = extensionsFor(machine, target, receiver, name, values)
		if (functions.length > 0)
			return callValue(machine, { ...unknown, functions }, undefined, withReceiver(values, receiver), call)
	}
	if (receiver.functions.length > 0 || isLibraryFunction(machine, receiver, name)) {
		const applied = applyFunction(machine, call, receiver, name, values)
		if (applied) return applied
	}
	if (target.functions.length === 0) providedStatement(machine, receiver, name, values, call)
	const helped =
		machine.language === 'ruby'
			? (helperMethod(machine, receiver, target, name) ?? relationMethod(machine, object, target, name, call))
			: undefined
	if (helped) return callTarget(machine, call, helped, undefined, object, values)
	const queued = machine.language === 'php' ? dispatchedCall(machine, receiver, target, name, values, call) : undefined
	if (queued) return queued
	const answer = machine.language === 'ruby' ? rubyAnswer(machine, call, receiver, target, name, values) : undefined
	if (answer) return answer
	if (!call.isNew) {
		if (machine.language === 'javascript' || machine.language === 'java')
			checkSlowMatch(machine, name, receiver, values.positional[0], call)
		if (machine.language === 'python') checkPythonMatch(machine, name, receiver, values, call)
		if (machine.language === 'csharp') checkCsharpMatch(machine, name, receiver, values, call)
		const native =
			builderMethod(machine, receiver, name, values, call) ??
			callNative(machine, call, object, receiver, name, values) ??
			(target.functions.length === 0 ? textMethod(machine, receiver, name, values, object) : undefined)
		if (name === '@send') sentToOthers(machine, object, receiver, values)
		if (native) {
			const isAsked = machine.language === 'java' && name === 'contains' && target.paths.length === 0
			const paths = isAsked ? ['java.util.Collection.contains'] : target.paths.filter((it) => !it.startsWith('?'))
			if (paths.length === 0)
				return machine.language === 'ruby' ? drawn(machine, call, object, receiver, name, values, native) : native
			return checkCall(machine, { paths, receiver, holder: object, values, isNew: false, at: call, call }, native)
		}
	}
	const isBare = name === '__new__' && (object.kind === 'super' || receiver.paths.includes('object'))
	const isEnum = name === 'valueOf' && target.functions.length === 0
	const bare = isBare ? bareInstance(machine, values) : isEnum ? enumConstant(machine, receiver) : undefined
	const answered = bare ?? answeredCall(machine, call, receiver, target, name, values)
	if (answered) return answered
	const held = hasPointers(machine) ? heldValue(machine, receiver, target, name, values) : undefined
	if (held) return held
	const byName = methodByName(machine, object, receiver, target, name, values)
	if (byName) return callValue(machine, byName.target, undefined, byName.values, call)
	const bound = boundTo(machine, receiver, target, name, values)
	const result = callTarget(machine, call, bound, receiver, object, values)
	if (hasPointers(machine)) containerChanged(machine, object, name, call.arguments)
	return result
}

/** `p.get()` of an object that has no such method: what stands for a pointer to it gives the pointer. */
function heldValue(
	machine: Machine,
	receiver: Value,
	target: Value,
	name: string,
	{ positional }: ArgumentValues,
): Value | undefined {
	if (positional.length > 0 || !/^(?:get|value|lock|release|data)$/.test(name)) return undefined
	if (receiver.objects.length === 0 || receiver.taint.length > 0 || target.functions.length > 0) return undefined
	const isOther = receiver.objects.some((id) => {
		const state = machine.store.object(id)
		return state?.form === 'map' || (state?.class !== undefined && declares(machine, state.class, name))
	})
	const isLibrary = receiver.paths.some((it) => machine.rules.knows(`${it}.${name}`))
	return isOther || isLibrary ? undefined : receiver
}

/** What is drawn of a list by chance, or packed into bytes: rules may say that it can be guessed. */
function drawn(
	machine: Machine,
	call: Call,
	holder: Expression,
	receiver: Value,
	name: string,
	values: ArgumentValues,
	result: Value,
): Value {
	if (name !== 'sample' && name !== 'shuffle' && name !== 'pack') return result
	return ruledCall(machine, { paths: [`?.${name}`], receiver, holder, values, call, result }) ?? result
}

/** A text literal and what is made of it, whose methods rules name by the class. */
function isJavaText(machine: Machine, { constants, objects }: Value): boolean {
	return (
		machine.language === 'java' && objects.length === 0 && constants?.every((it) => typeof it === 'string') === true
	)
}

/** `__call` of PHP takes the calls of methods that the class has not, with their name and a list of the arguments. */
function answeredCall(
	machine: Machine,
	call: Call,
	receiver: Value,
	target: Value,
	name: string,
	values: ArgumentValues,
): Value | undefined {
	const [id] = receiver.objects
	if (machine.language !== 'php' || id === undefined || receiver.objects.length > 1) return undefined
	if (target.functions.length > 0 || target.classes.length > 0 || target.objects.length > 0) return undefined
	const of = machine.store.object(id)?.class
	const method = of && findMember(machine, of, '__call', receiver)
	if (!method || method.functions.length === 0) return undefined
	const given = argumentsOf(constant(name), newList(machine, values.positional))
	return callValue(machine, { ...method, paths: [] }, receiver, given, call)
}

/** Calls whatever the callee may be, of the program and of libraries. */
function callTarget(
	machine: Machine,
	call: Call,
	written: Value,
	receiver: Value | undefined,
	holder: Expression | undefined,
	values: ArgumentValues,
): Value {
	const target = namedCallable(machine, written) ?? written
	if (machine.language === 'go' && !call.isNew && target.classes.length > 0) return converted(machine, target, values)
	// `Names{a, b}` of a type that is no struct is a list.
	if (machine.language === 'go' && call.isNew && call.callee.kind === 'name' && values.positional.length > 0)
		if (target.classes.every(({ class: { fields } }) => fields.length === 0)) return newList(machine, values.positional)
	let result: Value | undefined
	const objects = target.objects.filter((id) => callable(machine, id) !== undefined)
	if (target.functions.length > 0 || target.classes.length > 0 || objects.length > 0) {
		checkHandedOn(machine, values)
		result = callValue(machine, { ...target, paths: [] }, call.isNew ? undefined : receiver, values, call, call)
	}
	if (result && call.isNew && hasPointers(machine)) {
		const known = target.classes.flatMap((it) => knownName(machine, it.class.name))
		result = (known.length > 0 && ruledCall(machine, { paths: known, receiver, values, call, result })) || result
	}
	if (result && nestsClasses(machine.language)) {
		const ruled = ruledResult(machine, target, receiver, values, call, result)
		if (ruled) return ruled
	}
	if (result && call.isNew && machine.language === 'ruby') checkMade(machine, target, values, call)
	const paths = result ? target.paths.filter((it) => !it.startsWith('?')) : target.paths
	if (result && paths.length === 0) return result
	machine.mayThrow()
	const library = callLibrary(machine, {
		paths: paths.length > 0 ? paths : [unresolvedPath(machine, call)],
		receiver,
		holder,
		values,
		isNew: call.isNew,
		at: call,
		call,
	})
	const whole = result ? joinValues(result, library) : library
	return machine.language === 'ruby' ? recordMade(machine, call, values, whole) : whole
}

/** What rules say of making an object of a library's class goes for classes that come from it. */
function checkMade(machine: Machine, { classes }: Value, values: ArgumentValues, call: Call): void {
	const paths = classes.flatMap((it) => basePaths(it))
	if (paths.length === 0 || classes.some((it) => it.class.methods.some(({ form }) => form === 'constructor'))) return
	checkCall(machine, { paths, receiver: undefined, holder: undefined, values, isNew: true, at: call, call })
}

/** Rules may say of a method of the program itself that it is a source, or cleans what it gives. */
function ruledResult(
	machine: Machine,
	target: Value,
	receiver: Value | undefined,
	values: ArgumentValues,
	call: Call,
	result: Value,
): Value | undefined {
	const paths = target.functions.flatMap((it) =>
		'native' in it || !it.home ? [] : [`${it.home.path}.${it.function.name ?? ''}`],
	)
	return paths.length === 0 ? undefined : ruledCall(machine, { paths, receiver, values, call, result })
}

/** @param call where it is written, so that what the callee assigns to arguments by reference comes back */
export function callValue(
	machine: Machine,
	callee: Value,
	self: Value | undefined,
	values: ArgumentValues,
	at: CodeSpan,
	call?: Call,
): Value {
	let result: Value | undefined
	let alive = 0
	const add = (value: Value): void => {
		if (!machine.isDead) {
			alive++
			result = result ? joinValues(result, value) : value
		}
		machine.isDead = false
	}
	const chosen = overloads(machine, callee.functions, values)
	const runs = chosen.map(
		(it) => () => add('native' in it ? callOwn(machine, it, values, at) : callOne(machine, it, self, values, at, call)),
	)
	for (const it of callee.classes) runs.push(() => add(instantiate(machine, it, values, at)))
	for (const id of callee.objects) {
		const method = callable(machine, id)
		for (const it of method?.functions ?? [])
			if (!('native' in it)) runs.push(() => add(callOne(machine, it, { ...unknown, objects: [id] }, values, at, call)))
	}
	const [only] = runs
	if (runs.length === 1) only?.()
	else if (runs.length > 1) {
		// Only one of them is called.
		const layers = runs.map(
			(one) =>
				machine.inLayer(() => {
					one()
					return true
				}).layer.cells,
		)
		machine.store.absorb(layers)
	}
	if (runs.length > 0 && alive === 0) {
		machine.isDead = true
		return unknown
	}
	const known: Value | undefined = result
	if (callee.paths.length > 0 && runs.length === 0)
		return callLibrary(machine, {
			paths: callee.paths,
			receiver: self,
			holder: undefined,
			values,
			isNew: false,
			at,
			call: undefined,
		})
	return known ?? unfollowed(machine, self, values)
}

function callOne(
	machine: Machine,
	called: FunctionValue,
	self: Value | undefined,
	values: ArgumentValues,
	at: CodeSpan,
	call: Call | undefined,
): Value {
	const { function: ir } = called
	const isReturning =
		call?.arguments.some((it) => it.byReference || addressed(it.value) !== it.value) ||
		ir.parameters.some((it) => it.byReference)
	const isUnbound = ir.selfParameter && machine.language === 'go' && !called.self && !self
	// `T.method(object, …)`
	const owner = isUnbound ? values.positional[0] : (called.self ?? self)
	if (isUnbound) return callOne(machine, called, owner, argumentsOf(...values.positional.slice(1)), at, undefined)
	const item = self ? undefined : itemOfReference(machine, called, values)
	if (item) return callOne(machine, { ...called, self: item }, item, argumentsOf(), at, undefined)
	if (!isReturning || machine.budget <= 0 || machine.stack.includes(ir))
		return callFunction(machine, called, owner, values, at)
	machine.called.add(ir)
	const { value, frame } = run(machine, called, owner, values, at, true)
	for (const [position, argument] of (call?.arguments ?? []).entries()) {
		const parameter = ir.parameters[position + (ir.selfParameter ? 1 : 0)]
		const inner = addressed(argument.value)
		const isReference =
			argument.byReference || parameter?.byReference || inner !== argument.value || argument.value.kind === 'unary'
		const target = inner.kind === 'unary' ? inner.operand : inner
		if (!isReference || parameter?.target.kind !== 'name' || !isTarget(target)) continue
		const binding = (frame.unit as typeof machine.unit).scopes.bindings.get(parameter.target)
		const after = binding && machine.store.value(frame.base + binding.slot)
		if (after)
			assign(machine, target, withTaint(after, writtenThroughCopies(machine, ir, frame, parameter.target.name)))
	}
	return value
}

/** `Order::name`, handed to something that has orders: what the method is called on (Java). */
function itemOfReference(
	{ language }: Machine,
	{ function: ir, home, self }: FunctionValue,
	{ positional: [first] }: ArgumentValues,
): Value | undefined {
	if (language !== 'java' || !home || !first || ir.form !== 'method' || ir.isStatic) return undefined
	return ir.parameters.length === 0 && (self === undefined || self.objects.length === 0) ? first : undefined
}

function callOwn(machine: Machine, it: NativeFunction, values: ArgumentValues, at: CodeSpan): Value {
	const state = machine.store.ownObject(it.object)
	const [first] = values.positional
	switch (it.native) {
		case 'resolve':
		case 'reject': {
			const name = it.native === 'resolve' ? '@value' : '@rejected'
			const known = state?.fields.get(name)
			const value = first ?? unknown
			state?.fields.set(name, known ? joinValues(known, value) : value)
			return unknown
		}
		case 'state':
			setState(machine, it.object, first ?? unknown, at)
			return unknown
		case 'partial': {
			const bound: Value[] = []
			for (let position = 0; ; position++) {
				const value = state?.fields.get(`@${position}`)
				if (!value) break
				bound.push(value)
			}
			const target = state?.fields.get('@function') ?? unknown
			const keywords = new Map(values.keywords)
			for (const [name, value] of state?.fields ?? [])
				if (name.startsWith('@@') && !keywords.has(name.slice(2))) keywords.set(name.slice(2), value)
			return callValue(
				machine,
				target,
				undefined,
				{ ...values, positional: [...bound, ...values.positional], keywords, written: [] },
				at,
			)
		}
	}
}
