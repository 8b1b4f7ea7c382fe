import type {
	Call,
	ClassIr,
	FunctionIr,
	ImportStatement,
	ModuleIr,
	Name,
	Statement,
	SwitchCase,
	Target,
} from '../ir/ir.ts'

/** Where the variable of a name is: how many functions further out, and its number there. */
export interface Binding {
	readonly hops: number
	readonly slot: number
}

/** Which variable each name of a file means. Names that are not here are defined nowhere in it. */
export interface Scopes {
	readonly bindings: ReadonlyMap<Name, Binding>
	/** Of what is declared without a name node: functions and classes; of an import one for each of its names. */
	readonly functionSlots: ReadonlyMap<FunctionIr, Binding>
	/** Of a function that is an expression: its own name, in itself. */
	readonly selfSlots: ReadonlyMap<FunctionIr, number>
	readonly classSlots: ReadonlyMap<ClassIr, Binding>
	readonly importSlots: ReadonlyMap<ImportStatement, readonly (Binding | undefined)[]>
	/** How many variables a function has; the file itself is a function. */
	readonly sizes: ReadonlyMap<FunctionIr | ModuleIr, number>
	/** Of what is defined at the top of the file. */
	readonly topSlots: ReadonlyMap<string, number>
	/** Packages whose names are all taken in: those that are defined nowhere may be theirs. */
	readonly wildcards: readonly string[]
}

class FunctionScope {
	readonly parent: FunctionScope | undefined
	readonly captures: 'all' | ReadonlySet<string>
	readonly blocks: Map<string, number>[] = [new Map()]
	/** Names that are those of the file, or of a function further out. */
	readonly outer = new Map<string, 'global' | 'nonlocal'>()
	/** A method of Ruby: it sees constants of what is around it, and no variables. */
	isClosed = false
	size = 0

	constructor(parent: FunctionScope | undefined, captures: 'all' | readonly string[]) {
		this.parent = parent
		this.captures = captures === 'all' ? 'all' : new Set(captures)
	}

	declare(name: string, isHoisted = false): number {
		const block = isHoisted ? this.blocks[0] : this.blocks.at(-1)
		const known = block?.get(name)
		if (known !== undefined) return known
		const slot = this.size++
		block?.set(name, slot)
		return slot
	}

	own(name: string): number | undefined {
		for (let at = this.blocks.length - 1; at >= 0; at--) {
			const slot = this.blocks[at]?.get(name)
			if (slot !== undefined) return slot
		}
		return undefined
	}
}

/** Variables of PHP that are the same everywhere. */
const superglobals = /^\$_(?:GET|POST|REQUEST|COOKIE|SERVER|FILES|ENV|SESSION)$/

export function resolveNames(module: ModuleIr): Scopes {
	return new Resolver(module).resolve()
}

type Node = Readonly<Record<string, unknown>> & { readonly kind?: string }

class Resolver {
	private readonly module: ModuleIr
	private readonly isAssigned: boolean
	private readonly bindings = new Map<Name, Binding>()
	private readonly functionSlots = new Map<FunctionIr, Binding>()
	private readonly selfSlots = new Map<FunctionIr, number>()
	private readonly classSlots = new Map<ClassIr, Binding>()
	private readonly importSlots = new Map<ImportStatement, readonly (Binding | undefined)[]>()
	private readonly sizes = new Map<FunctionIr | ModuleIr, number>()
	private readonly wildcards: string[] = []
	private readonly top = new FunctionScope(undefined, 'all')
	private scope: FunctionScope

	constructor(module: ModuleIr) {
		this.module = module
		this.isAssigned = module.scoping === 'assigned'
		this.scope = this.top
	}

	resolve(): Scopes {
		if (this.isAssigned) this.declareAssigned(this.module.body)
		this.statements(this.module.body)
		this.sizes.set(this.module, this.top.size)
		const { bindings, functionSlots, selfSlots, classSlots, importSlots, sizes, wildcards } = this
		return {
			bindings,
			functionSlots,
			selfSlots,
			classSlots,
			importSlots,
			sizes,
			wildcards,
			topSlots: this.top.blocks[0] ?? new Map(),
		}
	}

	private lookUp(name: string): Binding | undefined {
		let scope: FunctionScope | undefined = this.scope
		for (let hops = 0; scope; hops++) {
			const outer: 'global' | 'nonlocal' | undefined = scope.outer.get(name)
			if (outer === 'global') return this.inTop(name, hops)
			const slot = outer === undefined ? scope.own(name) : undefined
			if (slot !== undefined) return { hops, slot }
			if (scope.isClosed && !/^[A-Z]/.test(name)) return this.definedInTop(name, hops)
			// Functions and classes are seen from everywhere, also where variables are not.
			if (scope.captures !== 'all' && !scope.captures.has(name)) return this.definedInTop(name, hops)
			scope = scope.parent
		}
		return undefined
	}

	private definedInTop(name: string, hops: number): Binding | undefined {
		return name.startsWith('$') ? undefined : this.inTop(name, hops, false)
	}

	private inTop(name: string, from: number, declares = true): Binding | undefined {
		let scope: FunctionScope | undefined = this.scope
		for (let at = 0; at < from; at++) scope = scope?.parent
		let hops = from
		while (scope?.parent) {
			scope = scope.parent
			hops++
		}
		const slot = this.top.blocks[0]?.get(name)
		if (slot !== undefined) return { hops, slot }
		if (!declares) return undefined
		const made = this.top.size++
		this.top.blocks[0]?.set(name, made)
		return { hops, slot: made }
	}

	// ---------- declarations

	/** What a block declares is known in all of it. */
	private declareBlock(statements: readonly Statement[]): void {
		for (const it of statements) {
			if (it.kind === 'declare') this.declareTarget(it.target, it.isHoisted)
			else if (it.kind === 'function' && it.function.name !== undefined && it.function.receiverType === undefined) {
				this.functionSlots.set(it.function, { hops: 0, slot: this.scope.declare(it.function.name, this.isAssigned) })
			} else if (it.kind === 'class' && it.class.name !== undefined) {
				this.classSlots.set(it.class, { hops: 0, slot: this.scope.declare(it.class.name, this.isAssigned) })
			} else if (it.kind === 'import') this.declareImport(it)
		}
	}

	private declareImport(statement: ImportStatement): void {
		const slots = statement.names.map(({ local }): Binding | undefined => {
			if (local === '*') {
				this.wildcards.push(statement.module)
				return undefined
			}
			return local === '' ? undefined : { hops: 0, slot: this.scope.declare(local, this.isAssigned) }
		})
		this.importSlots.set(statement, slots)
	}

	private declareTarget(target: Target, isHoisted = false): void {
		for (const name of namesIn(target)) this.scope.declare(name, isHoisted || this.isAssigned)
	}

	private declareAssigned(body: readonly Statement[]): void {
		const found = new Set<string>()
		const outer = this.scope.outer
		collectAssigned(body as unknown as Node, found, outer)
		// `preg_match($pattern, $text, $found)`: who is called may be the first to assign a variable.
		if (this.module.language === 'php') collectHanded(body, found)
		for (const name of found) {
			if (outer.has(name) || superglobals.test(name)) continue
			if (this.seesOuter(name)) continue
			this.scope.declare(name)
		}
	}

	/** A block of Ruby assigns the variable around it, and so does a closure of PHP that names it. */
	private seesOuter(name: string): boolean {
		const { scope } = this
		if (!scope.parent || this.module.language === 'python' || scope.isClosed) return false
		if (scope.captures !== 'all') return scope.captures.has(name)
		let at: FunctionScope | undefined = scope.parent
		while (at) {
			if (at.own(name) !== undefined) return at !== this.top || scope.parent === this.top
			if (at.captures !== 'all' || at.isClosed) return false
			at = at.parent
		}
		return false
	}

	// ---------- walk

	private statements(body: readonly Statement[]): void {
		this.declareBlock(body)
		for (const it of body) this.visit(it as unknown as Node)
	}

	private block(body: readonly Statement[], declare?: () => void): void {
		this.scope.blocks.push(new Map())
		declare?.()
		this.statements(body)
		this.scope.blocks.pop()
	}

	private visit(node: Node): void {
		switch (node.kind) {
			case 'name':
				this.name(node as unknown as Name)
				return
			case 'closure':
			case 'function':
				this.function((node as unknown as { function: FunctionIr }).function, node.kind === 'closure')
				return
			case 'class':
				this.class((node as unknown as { class: ClassIr }).class)
				return
			case 'block':
				this.block(node.body as readonly Statement[])
				return
			case 'scope':
				return
			default:
				this.children(node)
		}
	}

	private children(node: Node): void {
		const isLoop = node.kind === 'forEach' && node.declares === true
		for (const key in node) {
			const child = node[key]
			if (typeof child !== 'object' || child === null) continue
			// They are declared with the body, and are no variables of the same name around it.
			if (!this.isAssigned && (key === 'binding' || (isLoop && (key === 'target' || key === 'key')))) continue
			if (Array.isArray(child)) this.list(key, child, node)
			else this.visit(child as Node)
		}
	}

	private list(key: string, items: readonly unknown[], node: Node): void {
		if (isBody(key, items)) {
			this.block(items as readonly Statement[], () => this.declareHead(node))
			return
		}
		for (const it of items) if (typeof it === 'object' && it !== null) this.visit(it as Node)
	}

	/** What the head of a loop, handler or case declares for its body; its names are visited with it. */
	private declareHead(node: Node): void {
		if (this.isAssigned) return
		const { target, key, binding } = node as { target?: Target; key?: Target; binding?: SwitchCase['binding'] }
		if (node.kind === 'forEach' && node.declares !== true) return
		if (node.kind === 'forEach' || binding !== undefined) {
			for (const it of [target, key, binding]) {
				if (it === undefined) continue
				this.declareTarget(it)
				this.visit(it as unknown as Node)
			}
		}
	}

	private name(name: Name): void {
		if (this.bindings.has(name)) return
		const binding = this.lookUp(name.name)
		if (binding) this.bindings.set(name, binding)
	}

	private function(ir: FunctionIr, isClosure: boolean): void {
		for (const it of ir.annotations) this.children(it as unknown as Node)
		for (const { initial, annotations } of ir.parameters) {
			if (initial) this.visit(initial as unknown as Node)
			for (const it of annotations) this.children(it as unknown as Node)
		}
		const outer = this.scope
		const scope = new FunctionScope(outer, ir.captures)
		scope.isClosed = this.module.language === 'ruby' && !ir.inheritsSelf
		this.scope = scope
		if (isClosure && ir.name !== undefined && ir.form !== 'method') {
			this.selfSlots.set(ir, scope.declare(ir.name))
		}
		for (const { target } of ir.parameters) this.declareTarget(target)
		if (this.isAssigned) this.declareAssigned(ir.body)
		for (const { target } of ir.parameters) this.visit(target as unknown as Node)
		this.statements(ir.body)
		this.sizes.set(ir, scope.size)
		this.scope = outer
	}

	private class(ir: ClassIr): void {
		for (const it of ir.annotations) this.children(it as unknown as Node)
		for (const it of ir.bases) this.visit(it as unknown as Node)
		this.scope.blocks.push(new Map())
		if (ir.name !== undefined && !this.classSlots.has(ir)) {
			this.classSlots.set(ir, { hops: 0, slot: this.scope.declare(ir.name) })
		}
		for (const inner of ir.classes) {
			if (inner.name !== undefined) this.classSlots.set(inner, { hops: 0, slot: this.scope.declare(inner.name) })
		}
		for (const inner of ir.classes) this.class(inner)
		for (const { initial, annotations } of ir.fields) {
			if (initial) this.visit(initial as unknown as Node)
			for (const it of annotations) this.children(it as unknown as Node)
		}
		if (this.module.language === 'ruby') this.declareAssigned(ir.initializers)
		for (const it of ir.methods) this.function(it, false)
		this.statements(ir.initializers)
		this.scope.blocks.pop()
	}
}

function isBody(key: string, items: readonly unknown[]): boolean {
	return (
		(key === 'body' || key === 'then' || key === 'otherwise' || key === 'finally') &&
		items.every((it) => typeof it === 'object' && it !== null && 'kind' in it)
	)
}

export function namesIn(target: Target): readonly string[] {
	switch (target.kind) {
		case 'name':
			return [target.name]
		case 'listPattern':
			return target.items.flatMap((it) => (it ? namesIn(it.target) : []))
		case 'objectPattern':
			return target.entries.flatMap((it) => namesIn(it.target))
		default:
			return []
	}
}

/** Names that a function assigns itself; `global` and `nonlocal` go to `outer`. */
function collectAssigned(node: unknown, found: Set<string>, outer: Map<string, 'global' | 'nonlocal'>): void {
	if (Array.isArray(node)) {
		for (const it of node) collectAssigned(it, found, outer)
		return
	}
	if (typeof node !== 'object' || node === null) return
	const it = node as Node
	switch (it.kind) {
		case 'closure':
			return
		case 'function': {
			const { name } = (it as unknown as { function: FunctionIr }).function
			if (name !== undefined) found.add(name)
			return
		}
		case 'class': {
			const { name } = (it as unknown as { class: ClassIr }).class
			if (name !== undefined) found.add(name)
			return
		}
		case 'scope': {
			const { names, level } = it as unknown as { names: readonly string[]; level: 'global' | 'nonlocal' }
			for (const name of names) outer.set(name, level)
			return
		}
		case 'import': {
			const { names } = it as unknown as ImportStatement
			if (Array.isArray(names)) for (const { local } of names) if (local !== '*' && local !== '') found.add(local)
			break
		}
		default:
	}
	for (const key of ['target', 'key', 'binding', 'operand'])
		addTarget(it[key], key === 'operand' ? it.operator : '++', found)
	for (const key in it) collectAssigned(it[key], found, outer)
}

/** Variables of PHP that calls are given as they are. */
function collectHanded(node: unknown, found: Set<string>): void {
	if (Array.isArray(node)) {
		for (const it of node) collectHanded(it, found)
		return
	}
	if (typeof node !== 'object' || node === null) return
	const it = node as Node
	if (it.kind === 'closure' || it.kind === 'function' || it.kind === 'class') return
	if (it.kind === 'call') {
		for (const { value } of (it as unknown as Call).arguments)
			if (value.kind === 'name' && value.name.startsWith('$') && value.name !== '$this') found.add(value.name)
	}
	for (const key in it) collectHanded(it[key], found)
}

function addTarget(target: unknown, operator: unknown, found: Set<string>): void {
	if (typeof target !== 'object' || target === null || (operator !== '++' && operator !== '--')) return
	const { kind } = target as Node
	if (kind === 'name' || kind === 'listPattern' || kind === 'objectPattern') {
		for (const name of namesIn(target as Target)) found.add(name)
	}
}
