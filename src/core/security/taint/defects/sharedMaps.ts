import type { Assignment, Call, ClassIr, Expression, FunctionIr, Unary } from '../../ir/ir.ts'
import { type IrNode, someNode } from '../../ir/irNodes.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine, ProgramUnit } from '../machine.ts'

/** What a server calls for each request, in a goroutine of its own. */
const ofRequest =
	/^(?:http\.Request|gin\.Context|echo\.Context|fiber\.Ctx|iris\.Context|fasthttp\.RequestCtx|app\.RequestContext)$/

interface Around {
	/** Maps and slices of the functions around, of the file and of the receiver, which all that runs at the same time shares. */
	readonly maps: ReadonlySet<string>
	readonly slices: ReadonlySet<string>
	/** The receiver of a method that answers requests, if one object of it answers all of them. */
	readonly shared: string | undefined
	/** Whether this runs more than once at the same time, and nobody has a lock. */
	readonly isUnlocked: boolean
}

type Report = (what: 'unlocked' | 'ofRequest', at: CodeSpan) => void

/** Maps of Go that handlers or goroutines change at the same time without a lock: the runtime ends the program where it notices. */
export function checkSharedMaps(machine: Machine, unit: ProgramUnit): void {
	const { memory } = machine.rules
	if (machine.language !== 'go' || !memory.has('unlocked') || unit.file.endsWith('_test.go')) return
	const report: Report = (what, at) => {
		for (const it of memory.get(what) ?? []) machine.reporter.find(it, machine.place(at))
	}
	const classes = new Map(unit.nodes.of<ClassIr & IrNode>('class').flatMap(classOf))
	const { maps, slices } = declared(unit.ir.body)
	visit(unit.ir.body, { maps, slices, shared: undefined, isUnlocked: false }, classes, false, report)
}

function classOf(node: IrNode): readonly (readonly [string, ClassIr])[] {
	const of = node.class as ClassIr | undefined
	return of?.name === undefined ? [] : [[of.name, of]]
}

/** Goes through what one function does, and into those that it holds. */
function visit(
	root: unknown,
	around: Around,
	classes: ReadonlyMap<string, ClassIr>,
	isRepeated: boolean,
	report: Report,
): void {
	const go = (node: unknown, within: Around, repeats: boolean): void => {
		if (typeof node !== 'object' || node === null) return
		if (Array.isArray(node)) {
			for (const it of node) go(it, within, repeats)
			return
		}
		const it = node as IrNode
		if (it.kind === 'function' || it.kind === 'closure') {
			enter(it.function as FunctionIr, within, false)
			return
		}
		const started = repeats ? startedBy(it) : undefined
		if (started) {
			enter(started, within, true)
			for (const one of argumentsOf(it)) if (!isClosureOf(one.value, started)) go(one.value, within, repeats)
			return
		}
		if (within.isUnlocked) check(it, within, report)
		const isLoop = it.kind === 'loop' || it.kind === 'forEach'
		// What a round declares is its own.
		const inner = isLoop ? without(within, declared(it.body).all) : within
		for (const key in it) if (typeof it[key] === 'object') go(it[key], isLoop ? inner : within, repeats || isLoop)
	}
	const enter = (ir: FunctionIr, within: Around, isStarted: boolean): void => {
		const own = declared(ir.body)
		const locals = new Set([...own.all, ...namesOf(ir)])
		const outer = without(within, locals)
		const begins = !within.isUnlocked && (isStarted || isHandler(ir, classes))
		const isUnlocked = (within.isUnlocked || begins) && !locks(ir)
		const shared = within.isUnlocked || begins ? outer : withAll(outer, own)
		const isOne = begins && !isStarted && isForAll(ir, classes)
		const receiver = isOne ? receiverOf(ir) : locals.has(outer.shared ?? '') ? undefined : outer.shared
		visit(ir.body, { ...withAll(shared, fieldsOf(ir, classes)), shared: receiver, isUnlocked }, classes, false, report)
	}
	go(root, around, isRepeated)
}

function argumentsOf(node: IrNode): Call['arguments'] {
	const call = (node.kind === 'defer' ? node.call : node) as Call
	return call.arguments
}

function isClosureOf(value: Expression, ir: FunctionIr): boolean {
	return value.kind === 'closure' && value.function === ir
}

/** `go func() { … }()` and `group.Go(func() error { … })`: the function that runs beside the others. */
function startedBy(node: IrNode): FunctionIr | undefined {
	if (node.kind === 'defer' && node.isConcurrent === true) {
		const { callee } = node.call as Call
		return callee?.kind === 'closure' ? callee.function : undefined
	}
	if (node.kind !== 'call') return undefined
	const { callee, arguments: given } = node as unknown as Call
	const [only] = given
	return callee.kind === 'field' && callee.name === 'Go' && only?.value.kind === 'closure'
		? only.value.function
		: undefined
}

function isHandler(ir: FunctionIr, classes: ReadonlyMap<string, ClassIr>): boolean {
	if (ir.parameters.some(({ type }) => type !== undefined && ofRequest.test(type))) return true
	const [, context] = ir.parameters
	const of = ir.receiverType === undefined ? undefined : classes.get(ir.receiverType)
	// A method of a service of gRPC.
	return (
		context?.type === 'context.Context' &&
		of?.bases.some((it) => it.kind === 'field' && /^Unimplemented\w+Server$/.test(it.name)) === true
	)
}

/** Who takes a lock, or leaves the work to one goroutine, changes nothing at the same time. */
function locks({ body }: FunctionIr): boolean {
	return someNode(body, ({ kind, callee }) => {
		const name = kind === 'call' ? (callee as Expression) : undefined
		return name?.kind === 'field' && /^(?:Try)?R?Lock$|^Do$/.test(name.name)
	})
}

/** Changes of what is shared. */
function check(node: IrNode, { maps, slices, shared }: Around, report: Report): void {
	const it = node as unknown as Assignment | Unary | Call
	if (it.kind === 'assign') {
		if (it.target.kind === 'index' && maps.has(nameOf(it.target.object))) report('unlocked', it)
		else if (shared !== undefined && isFieldOf(it.target, shared) && it.value.kind !== 'constant')
			report('ofRequest', it)
		else if (it.target.kind === 'name' && slices.has(it.target.name) && appendsTo(it.value, it.target.name))
			report('unlocked', it)
	} else if (it.kind === 'unary' && (it.operator === '++' || it.operator === '--')) {
		if (it.operand.kind === 'index' && maps.has(nameOf(it.operand.object))) report('unlocked', it)
	} else if (it.kind === 'call' && it.callee.kind === 'name' && it.callee.name === 'delete') {
		const [map] = it.arguments
		if (map && maps.has(nameOf(map.value))) report('unlocked', it)
	}
}

function isFieldOf(target: Assignment['target'], receiver: string): boolean {
	if (target.kind === 'listPattern') return target.items.some((it) => it && isFieldOf(it.target, receiver))
	return target.kind === 'field' && target.object.kind === 'name' && target.object.name === receiver
}

function appendsTo(value: Expression, name: string): boolean {
	if (value.kind !== 'call' || value.callee.kind !== 'name' || value.callee.name !== 'append') return false
	return value.arguments[0] !== undefined && nameOf(value.arguments[0].value) === name
}

/** `hits`, `c.hits` */
function nameOf(it: Expression): string {
	if (it.kind === 'name') return it.name
	return it.kind === 'field' && it.object.kind === 'name' ? `${it.object.name}.${it.name}` : ''
}

interface Declared {
	readonly all: ReadonlySet<string>
	readonly maps: ReadonlySet<string>
	readonly slices: ReadonlySet<string>
}

/** The names that a function declares itself, not those of functions in it. */
function declared(body: unknown): Declared {
	const all = new Set<string>()
	const maps = new Set<string>()
	const slices = new Set<string>()
	const look = (node: unknown): void => {
		if (typeof node !== 'object' || node === null) return
		if (Array.isArray(node)) {
			for (const it of node) look(it)
			return
		}
		const it = node as IrNode
		if (it.kind === 'function' || it.kind === 'closure' || it.kind === 'class') return
		if (it.kind === 'declare') {
			const initial = it.initial as Expression | undefined
			for (const name of targetNames(it.target)) {
				all.add(name)
				if (initial && isMap(initial)) maps.add(name)
				if (initial?.kind === 'list' && initial.form === 'list') slices.add(name)
			}
		} else if (it.kind === 'forEach' && it.declares === true) {
			for (const name of [...targetNames(it.key), ...targetNames(it.target)]) all.add(name)
		}
		for (const key in it) if (typeof it[key] === 'object') look(it[key])
	}
	look(body)
	return { all, maps, slices }
}

function targetNames(target: unknown): readonly string[] {
	const it = target as Expression | { readonly kind: 'listPattern'; readonly items: readonly unknown[] } | undefined
	if (it?.kind === 'name') return [it.name]
	if (it?.kind !== 'listPattern') return []
	return it.items.flatMap((one) => targetNames((one as { readonly target: unknown } | null)?.target))
}

/** An object without a type is a map. */
function isMap(it: Expression): boolean {
	return it.kind === 'object' && it.type === undefined
}

function namesOf({ parameters }: FunctionIr): readonly string[] {
	return parameters.flatMap(({ target }) => targetNames(target))
}

function receiverOf(ir: FunctionIr): string | undefined {
	return ir.selfParameter ? namesOf(ir)[0] : undefined
}

/** An object that holds a request, its answer or a context was made for one of them. */
function isForAll({ receiverType }: FunctionIr, classes: ReadonlyMap<string, ClassIr>): boolean {
	const of = receiverType === undefined ? undefined : classes.get(receiverType)
	return (
		of?.fields.every(
			({ type = '' }) => !/^(?:http\.ResponseWriter|context\.Context)$/.test(type) && !ofRequest.test(type),
		) === true
	)
}

function fieldsOf(ir: FunctionIr, classes: ReadonlyMap<string, ClassIr>): Pick<Around, 'maps' | 'slices'> {
	const receiver = receiverOf(ir)
	const of = ir.receiverType === undefined ? undefined : classes.get(ir.receiverType)
	const fields = receiver === undefined ? [] : (of?.fields ?? [])
	const maps = fields.flatMap(({ name, initial }) => (initial && isMap(initial) ? [`${receiver}.${name}`] : []))
	return { maps: new Set(maps), slices: new Set() }
}

function without({ maps, slices, shared, isUnlocked }: Around, names: ReadonlySet<string>): Around {
	const keep = (all: ReadonlySet<string>): ReadonlySet<string> =>
		new Set([...all].filter((it) => !names.has(it.split('.', 1)[0] as string)))
	return { maps: keep(maps), slices: keep(slices), shared, isUnlocked }
}

function withAll(around: Around, { maps, slices }: Pick<Around, 'maps' | 'slices'>): Around {
	return {
		...around,
		maps: new Set([...around.maps, ...maps]),
		slices: new Set([...around.slices, ...slices]),
	}
}
