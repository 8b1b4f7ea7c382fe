import type { Call, ClassIr, FunctionIr, Parameter } from '../../ir/ir.ts'
import { nodesOf, someNode } from '../../ir/irNodes.ts'
import type { CodeSpan } from '../../tree/codeNode.ts'
import type { Machine, ProgramUnit } from '../machine.ts'
import { isTelling } from './functionDoes.ts'
import { checkParents, keysAbove, singular } from './parents.ts'

/** So many functions that ask whose something is make it a habit. Rules may be content with fewer. */
const fewestOwned = 2

interface Lookup {
	readonly call: Call
	/** What is looked up: `invoice` for `Invoice.objects.get(…)` and `user.invoices.find(…)`. */
	readonly of: string
	readonly isOwned: boolean
}

/** Something that others of the file look up for its owner only, and one function for everybody. */
export function checkOwners(machine: Machine, unit: ProgramUnit): void {
	if (machine.rules.owners.length === 0) return
	let handlers: readonly { readonly handler: Handler; readonly calls: readonly Call[] }[] | undefined
	for (const entry of machine.rules.owners) {
		const { cache } = machine.rules
		const { lookup = '', owner = '', unless, fewest = fewestOwned, behind, personal } = entry.find
		const isLookup = cache.pattern(lookup)
		const isOwner = cache.pattern(owner)
		if (!isLookup || !isOwner) continue
		const textOf = ({ start, end }: CodeSpan) => unit.text.slice(start, end)
		const all = new Set(unit.nodes.of<Call>('call').filter((it) => isLookup.test(textOf(it.callee))))
		// Most files look nothing up, and their functions need not be sought.
		if (all.size === 0) continue
		handlers ??= handlersIn(unit).map((handler) => ({
			handler,
			calls: nodesOf<Call>(handler.function.body, 'call'),
		}))
		const places = handlers.map(({ handler, calls }) => ({
			handler,
			lookups: calls.flatMap((call): Lookup[] => {
				if (!all.has(call)) return []
				const isOwned = isOwner.test(textOf(call))
				// A service of C# that lists what is somebody's has things that are somebody's.
				const isListed = isOwned && unit.ir.language === 'csharp'
				if (!isListed && !isChosen(call, handler.function)) return []
				const of = lookedUp(call, textOf)
				return of === undefined ? [] : [{ call, of, isOwned }]
			}),
		}))
		if (entry.find.above !== undefined) {
			checkParents(machine, unit, entry, places)
			continue
		}
		if (entry.find.takes !== undefined) {
			const isTaken = cache.pattern(entry.find.takes)
			const isLeftOut = cache.pattern(unless ?? '')
			for (const { handler, lookups } of places) {
				if (lookups.length === 0 || (unless !== undefined && isLeftOut?.test(textOf(handler.span)))) continue
				if (!handler.function.parameters.some((it) => isTaken?.test(textOf(it)) && isIgnored(it, handler.function)))
					continue
				for (const { call, isOwned } of lookups) if (!isOwned) machine.reporter.find(entry, machine.place(call))
			}
			continue
		}
		const isBehind = behind === undefined ? undefined : cache.pattern(behind)
		const isPersonal = personal === undefined ? undefined : cache.pattern(personal)
		const owned = new Map<string, number>()
		for (const { lookups } of places)
			for (const of of new Set(lookups.filter((it) => it.isOwned).map((it) => it.of)))
				owned.set(of, (owned.get(of) ?? 0) + 1)
		const habitOf = ({ of, call }: Lookup): number =>
			owned.get(of) ??
			(behind === undefined
				? 0
				: machine.language === 'ruby'
					? parentOf(unit, call, owned)
					: ownedAbove(machine, of, owned))
		const open = places.flatMap(({ handler, lookups }) => {
			const head = headOf(unit, handler)
			const asked = unless === undefined ? '' : withoutLogin(withoutLogs(unit, handler) + head)
			if (unless !== undefined && cache.pattern(unless)?.test(asked)) return []
			if (isBehind && !isBehind.test(textOf(handler.span) + head)) return []
			return lookups.filter(
				(it) =>
					(isPersonal ? isPersonal.test(it.of) : habitOf(it) >= fewest) &&
					lookups.every((one) => one.of !== it.of || !one.isOwned),
			)
		})
		// Of one and one nobody can tell which is the habit: a rule that is content with one says so by its confidence.
		const spare = fewest < fewestOwned ? 0 : 1
		for (const it of open)
			if (isPersonal || open.filter(({ of }) => of === it.of).length <= habitOf(it) - spare)
				machine.reporter.find(entry, machine.place(it.call))
	}
}

/** What stands in front of the methods of its class: what it comes from, and what it says of all of them (Python, Ruby, C#); what runs in front of all routes of its router (JavaScript). */
function headOf(unit: ProgramUnit, handler: Handler): string {
	const { text, ir } = unit
	const { of } = handler
	if (ir.language === 'javascript') return of ? annotationsOf(unit, of) : inFront(unit, handler)
	if (!of || (ir.language !== 'python' && ir.language !== 'ruby' && ir.language !== 'csharp')) return ''
	if (ir.language === 'csharp') return annotationsOf(unit, of)
	const start = Math.min(of.start, ...of.annotations.map((it) => it.start))
	const routed =
		ir.language === 'ruby' ? of.initializers.filter((it) => isBlock.test(text.slice(it.start, it.end))) : []
	const end = Math.min(of.end, ...[...of.methods, ...routed].map((it) => it.start))
	const behind = ir.language === 'ruby' ? filtersBehind(unit, of, end) : ''
	return `\n${text.slice(start, of.head.start)}${text.slice(of.head.end, end)}${behind}`
}

/** `before { … }` of Grape and Sinatra, which goes for all routes wherever it stands: often behind the helpers that it calls (Ruby). */
function filtersBehind({ text }: ProgramUnit, { initializers }: ClassIr, end: number): string {
	return initializers
		.filter((it) => it.start >= end)
		.map((it) => text.slice(it.start, Math.min(it.end, it.start + longestFilter)))
		.filter((it) => /^(?:before|before_validation|after_validation|before_action|http_basic|auth)\b/.test(it))
		.map((it) => `\n${it}`)
		.join('')
}

const longestFilter = 400

/** `get "/orders/:id" do … end`, `namespace …`: what a class of Sinatra or Grape answers. */
const isBlock = /^(?:get|post|put|patch|delete|route|namespace|resources?|route_param|group)\b/

/** The text of a function without what it only writes to a log: who asked is often told there, and nothing decided by it. */
function withoutLogs({ text }: ProgramUnit, { function: { body }, span }: Handler): string {
	let told = ''
	let at = span.start
	for (const it of nodesOf<Call>(body, 'call')) {
		if (!isTelling(it.callee) || it.start < at) continue
		told += `${text.slice(at, it.start)} `
		at = it.end
	}
	return told + text.slice(at, span.end)
}

function annotationsOf({ text }: ProgramUnit, { annotations }: ClassIr): string {
	return annotations.map((it) => `\n[${text.slice(it.start, it.end)}]`).join('')
}

/** `router.use(requireLogin)` of the router that the route is mapped by. */
function inFront({ text, nodes }: ProgramUnit, { span }: Handler): string {
	const [, router] =
		/^([\w$]{1,60})\s{0,40}\.\s{0,10}(?:get|post|put|patch|delete|del|all|route)\(/.exec(
			text.slice(span.start, span.start + 120),
		) ?? []
	if (router === undefined) return ''
	return nodes
		.of<Call>('call')
		.filter(
			({ callee }) =>
				callee.kind === 'field' &&
				/^(?:use|addHook|all)$/.test(callee.name) &&
				text.slice(callee.object.start, callee.object.end) === router,
		)
		.map((it) => `\n${text.slice(it.start, Math.min(it.end, it.start + longestName))}`)
		.join('')
}

/** To be logged in is no right to anything of somebody else. */
function withoutLogin(text: string): string {
	return text.replace(onlyLogin, '')
}

const onlyLogin =
	/\bpermission_classes\s*=\s*[[(]\s*(?:\w+\.)?IsAuthenticated\s*,?\s*[\])]|\b(?:Depends|Security)\(\s*(?:\w+\.)?(?:get_)?current_(?:active_)?(?:user|member|account)\s*\)|\b(?:error!|halt)[^\n]{0,60}\b401\b[^\n]{0,60}\b(?:unless|if !)\s*\(?(?:current_(?:user|account|member)|logged_in\?|signed_in\?)(?=\s*[)}\n;])/g

/** How many ask whose the thing is that this one belongs to, by a foreign key of its model: a case, for its attachments. */
function ownedAbove(machine: Machine, of: string, owned: ReadonlyMap<string, number>): number {
	const known = keysAbove(machine, of).find((it) => owned.has(it))
	return (known === undefined ? undefined : owned.get(known)) ?? 0
}

/**
 * How many ask whose the thing is that this one belongs to, as the address has it: `params[:ticket_id]` for the ticket, beside `params[:id]` (Ruby).
 * Where something is compared with it, that is the check.
 */
function parentOf({ text }: ProgramUnit, { start, end }: CodeSpan, owned: ReadonlyMap<string, number>): number {
	const written = text.slice(start, end)
	// Some lookups of the file may be of constants, which belong to nobody.
	if (!/^[A-Z][\w:]*\.find\w*!?\(\s*(?:id:\s*)?params\[:id\]/.test(written)) return 0
	for (const [, parent = ''] of text.matchAll(/params\[:(\w{2,40})_id\]/g)) {
		const count = owned.get(singular(parent.replaceAll('_', '')))
		if (count === undefined) continue
		const isCompared = new RegExp(`[=!]=\\s*@?${parent}\\b|\\b${parent}\\)?\\s*[=!]=`).test(text)
		if (!isCompared) return count
	}
	return 0
}

/** Nothing in the function asks for it: what is written to a log, or into the message of an error, decides nothing. */
function isIgnored({ target }: Parameter, { body }: FunctionIr): boolean {
	if (target.kind !== 'name') return false
	const told = nodesOf<Call>(body, 'call').filter(isOnlyTold)
	const isTold = (start: number) => told.some((it) => it.start <= start && start < it.end)
	return !someNode(body, (it) => it.kind === 'name' && it.name === target.name && !isTold(Number(it.start)))
}

function isOnlyTold({ callee, isNew }: Call): boolean {
	if (isTelling(callee)) return true
	const name = callee.kind === 'name' || callee.kind === 'field' ? callee.name : ''
	return isNew && /(?:Exception|Error)$/.test(name)
}

interface Handler {
	readonly function: FunctionIr
	/** With its decorators, or with the call that it is handed to. */
	readonly span: CodeSpan
	/** The class whose method it is. */
	readonly of: ClassIr | undefined
}

/** The functions of a file; of those in others only the ones that are handed to something, as routes are. */
function handlersIn(unit: ProgramUnit): readonly Handler[] {
	const found: Handler[] = []
	// There routes stand in a class as often, which says what goes for all of them.
	const isRuby = unit.ir.language === 'ruby'
	/** @returns how many there are in it */
	const visit = (node: unknown, around: CodeSpan | undefined, isInside: boolean, of?: ClassIr): number => {
		if (Array.isArray(node)) return node.reduce((count: number, it) => count + visit(it, around, isInside, of), 0)
		if (typeof node !== 'object' || node === null) return 0
		const it = node as { readonly kind?: unknown } & Partial<FunctionIr>
		if (Array.isArray(it.parameters) && Array.isArray(it.body) && it.head) {
			const own = it as FunctionIr
			const inner = visit(own.body, undefined, true)
			if (inner > 0) return inner
			if (isInside && around === undefined && own.form === 'lambda') return 0
			const start = Math.min(own.start, ...own.annotations.map((one) => one.start))
			found.push({ function: own, span: around ?? { start, end: own.end }, of })
			return 1
		}
		const call = it.kind === 'call' && isRoute(node as Call) ? (node as Call) : undefined
		const home = Array.isArray((node as Partial<ClassIr>).methods) ? (node as ClassIr) : undefined
		return Object.values(node).reduce(
			(count: number, one) => count + visit(one, call ?? around, isInside, home ?? (call && !isRuby ? undefined : of)),
			0,
		)
	}
	visit(unit.ir.body, undefined, false)
	return found
}

/** Whether what is looked up is named by something that was handed over, and not by a field of what the program has already. */
function isChosen({ arguments: given }: Call, { parameters }: FunctionIr): boolean {
	const names = new Set([
		'params',
		'request',
		...parameters.flatMap(({ target }) => (target.kind === 'name' ? [target.name] : [])),
	])
	const isFree = (node: unknown): boolean => {
		if (typeof node !== 'object' || node === null) return false
		const { kind, name, object } = node as {
			readonly kind?: unknown
			readonly name?: unknown
			readonly object?: unknown
		}
		if (kind === 'name') return /^[a-z_$]/.test(String(name))
		if (kind === 'field' || kind === 'index') return names.has(baseOf(object))
		return Object.values(node).some(isFree)
	}
	return given.some((it) => isFree(it.value))
}

function baseOf(node: unknown): string {
	const { kind, name, object, callee } = (node ?? {}) as Readonly<Record<string, unknown>>
	if (kind === 'name') return String(name)
	return kind === 'call' ? baseOf(callee) : object === undefined ? '' : baseOf(object)
}

const routes = /^(?:get|post|put|patch|delete|del|all|use|route|Map(?:Get|Post|Put|Patch|Delete))$/

function isRoute({ callee }: Call): boolean {
	return (callee.kind === 'name' || callee.kind === 'field') && routes.test(callee.name)
}

/** A long text takes the square of its length to be searched from its end. */
const longestName = 200

function lookedUp({ callee, arguments: [first] }: Call, textOf: (at: CodeSpan) => string): string | undefined {
	const written = callee.kind === 'field' ? textOf(callee.object) : first && textOf(first.value)
	const path = written
		?.slice(-longestName)
		.replace(howRead, '')
		.replace(/\(\)$/, '')
		.replace(/(?:\.|->|::)(?:objects|query|unscoped)$/, '')
	// `session.query(Invoice)`, `select(Invoice)`
	const name = /(?:\b(?:query|select)\((?:\w+\.)?(\w+)\)|(\w+))$/
		.exec(path ?? '')
		?.slice(1)
		.find(Boolean)
	return name === undefined ? undefined : singular(name)
}

/** `.AsNoTracking()`, `.Include(it => it.Lines)`: how rows are read, and not which. */
const howRead =
	/\s{0,40}\.(?:AsNoTracking\w{0,30}|AsTracking|AsSplitQuery|AsSingleQuery|AsQueryable|IgnoreQueryFilters|Include|ThenInclude)\([^()]{0,80}\)/g
