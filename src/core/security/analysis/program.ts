import type { ClassIr, FunctionIr, ImportExpression, ImportStatement, ModuleIr, Statement } from '../ir/ir.ts'
import { FileNodes } from '../ir/irNodes.ts'
import type { RuleIndex } from '../rules/ruleIndex.ts'
import type { ImportedUnit, Machine, Program, ProgramUnit } from '../taint/machine.ts'
import { resolveNames, type Scopes } from '../taint/scopes.ts'
import { unknown } from '../taint/value.ts'
import type { Template } from '../templates/template.ts'
import type { CodeSpan, ParsedCode } from '../tree/codeNode.ts'

/** A file that was read and lowered. */
export interface LoadedFile {
	readonly file: string
	readonly text: string
	readonly ir: ModuleIr
	readonly nodes: FileNodes
	readonly scopes: Scopes
	readonly rules: RuleIndex
	readonly comments: readonly CodeSpan[]
}

/** What is read already, and what it refers to. */
export interface LoadedFiles {
	get(file: string): LoadedFile | undefined
	/** The files that an import may mean, the likeliest first. */
	resolve(
		from: Pick<LoadedFile, 'file'>,
		module: string,
		imported: string | undefined,
	): { readonly file: string; readonly isWhole: boolean } | undefined
	/** The file of the same package that defines a name. */
	inPackage(from: Pick<LoadedFile, 'file'>, name: string): string | undefined
	/** Files with classes that implement what a file leaves open. */
	implementers(of: Pick<LoadedFile, 'file'>): readonly string[]
	/** Files with an extension method of this name that a file can see. */
	extending(from: LoadedFile, name: string): readonly string[]
	/** Files that by their names hold what somebody hands to a file (JavaScript). */
	handedTo(of: Pick<LoadedFile, 'file'>): readonly string[]
	/** What a file of settings says that a file names. */
	settings(name: string): ReadonlyMap<string, string> | undefined
	/** Whether a file belongs to a package that others install. */
	isLibrary(file: string): boolean
	/** A template that a file names. */
	template(from: string, name: string): Template | undefined
}

export function loadedFile(file: string, code: ParsedCode, ir: ModuleIr, rules: RuleIndex): LoadedFile {
	const nodes = new FileNodes(ir.body)
	return { file, text: code.text, ir, nodes, scopes: resolveNames(ir), rules, comments: code.comments }
}

/** The files of one analysis, as units of its machine. */
export class LoadedProgram implements Program {
	private readonly files: LoadedFiles
	private readonly units = new Map<string, ProgramUnit>()
	private readonly objects = new Map<number, ProgramUnit>()
	private machine: Machine | undefined

	constructor(files: LoadedFiles) {
		this.files = files
	}

	/** Before anything else: units have cells of the machine. */
	attach(machine: Machine): void {
		this.machine = machine
	}

	unit(file: string): ProgramUnit | undefined {
		const known = this.units.get(file)
		if (known) return known
		const loaded = this.files.get(file)
		const { machine } = this
		if (!loaded || !machine) return undefined
		const { store } = machine
		machine.store = machine.root
		const object = machine.newObject('object', { isOpen: true })
		machine.store = store
		const frame = {
			base: machine.cells(loaded.scopes.sizes.get(loaded.ir) ?? 0),
			parent: undefined,
			self: unknown,
			home: undefined,
			arguments: [],
			function: undefined,
		}
		const unit: ProgramUnit = {
			...loaded,
			exports: new Map(),
			object,
			elsewhere: { names: new Map() },
			state: 'new',
			frame: { ...frame, unit: { file } },
		}
		// The unit of a file's own frame is the file.
		Object.assign(unit.frame, { unit })
		this.units.set(file, unit)
		this.objects.set(object, unit)
		return unit
	}

	importUnit(from: ProgramUnit, module: string, imported: string | undefined): ImportedUnit | undefined {
		const found = this.files.resolve(from, module, imported)
		const unit = found && this.unit(found.file)
		return unit && found && { unit, isWhole: found.isWhole }
	}

	canWait(from: ProgramUnit, module: string, imported: string | undefined): boolean {
		const found = this.files.resolve(from, module, imported)
		if (!found) return false
		// Most imports of a file are not used by what is followed in it: nothing is made for them yet.
		const unit = this.units.get(found.file)
		return unit ? unit.state === 'new' : this.files.get(found.file) !== undefined
	}

	packageUnit(from: ProgramUnit, name: string): ProgramUnit | undefined {
		const file = this.files.inPackage(from, name)
		return file === undefined || file === from.file ? undefined : this.unit(file)
	}

	implementers(of: ProgramUnit): readonly ProgramUnit[] {
		return this.files.implementers(of).flatMap((file) => this.unit(file) ?? [])
	}

	extending(from: ProgramUnit, name: string): readonly ProgramUnit[] {
		const loaded = this.files.get(from.file)
		return loaded ? this.files.extending(loaded, name).flatMap((file) => this.unit(file) ?? []) : []
	}

	handedTo(file: ProgramUnit): readonly ProgramUnit[] {
		return this.files.handedTo(file).flatMap((it) => this.unit(it) ?? [])
	}

	settings(name: string): ReadonlyMap<string, string> | undefined {
		return this.files.settings(name)
	}

	isLibrary(file: string): boolean {
		return this.files.isLibrary(file)
	}

	template(from: string, name: string): Template | undefined {
		return this.files.template(from, name)
	}

	unitOf(object: number): ProgramUnit | undefined {
		return this.objects.get(object)
	}
}

/** What a file defines for others of its package: names at its top, and `Type.method` for methods beside their type. */
export function definedNames(ir: ModuleIr): readonly string[] {
	const names = ir.body.flatMap((it) => namesOf(it))
	if (ir.language !== 'ruby') return names
	return [...names, ...ir.body.flatMap((it) => (it.kind === 'class' ? innerNames(it.class, '', 0) : []))]
}

const deepestInner = 4

/** `Shop.Cart` of a class that stands in a module, of which each file says a part (Ruby). */
function innerNames({ name = '', classes, initializers }: ClassIr, around: string, depth: number): readonly string[] {
	const path = around === '' ? name : `${around}.${name}`
	if (depth >= deepestInner) return []
	const constants = initializers.flatMap((it) => namesOf(it).filter((one) => /^[A-Z]/.test(one)))
	return [
		...[...classes.flatMap((it) => it.name ?? []), ...constants].map((it) => `${path}.${it}`),
		...classes.flatMap((it) => innerNames(it, path, depth + 1)),
	]
}

function namesOf(it: Statement): readonly string[] {
	if (it.kind === 'function') return methodName(it.function)
	if (it.kind === 'class') return it.class.name === undefined ? [] : [it.class.name]
	if (it.kind === 'declare' && it.target.kind === 'name') return [it.target.name]
	if (it.kind === 'declare' && it.target.kind === 'listPattern')
		return it.target.items.flatMap((one) => (one?.target.kind === 'name' ? [one.target.name] : []))
	if (it.kind === 'block') return it.body.flatMap(namesOf)
	return []
}

function methodName({ name, receiverType }: FunctionIr): readonly string[] {
	if (name === undefined) return []
	return [receiverType === undefined ? name : `${receiverType}.${name}`]
}

/** The modules that a file imports, as written. */
export function importedModules({
	nodes,
}: LoadedFile): readonly { readonly module: string; readonly imported: string | undefined }[] {
	return nodes.of<ImportExpression | ImportStatement>('import').flatMap((it) => {
		if (!('names' in it)) {
			const { module } = it
			return module.kind === 'constant' && typeof module.value === 'string'
				? [{ module: module.value, imported: undefined }]
				: []
		}
		const { module, names } = it
		if (names.length === 0) return [{ module, imported: undefined }]
		return names.map(({ imported }) => ({
			module,
			imported: imported === '*' || imported === 'default' ? undefined : imported,
		}))
	})
}
