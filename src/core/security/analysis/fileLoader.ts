import { type GrammarName, grammarOfPath, grammarOfText } from '../../syntax/grammarOf.ts'
import type { AnalyzerDeps, ProjectText } from '../analyzer.ts'
import type { IrLanguage } from '../ir/ir.ts'
import { lowerRazor } from '../lowering/csharp/lowerRazor.ts'
import { csharpOfRazor, isRazor } from '../lowering/csharp/razor.ts'
import { isJsp, javaOfJsp, lowerJsp } from '../lowering/java/jsp.ts'
import { lowerRuby } from '../lowering/ruby/lowerRuby.ts'
import { isRubyTemplate, rubyOfTemplate } from '../lowering/ruby/templates.ts'
import { lowerPage } from '../lowering/script/lowerPage.ts'
import { codeOfPage, isPage, isTemplate } from '../lowering/script/pages.ts'
import type { RuleIndex } from '../rules/ruleIndex.ts'
import { readTemplate } from '../templates/readTemplate.ts'
import type { Template } from '../templates/template.ts'
import type { ParsedCode } from '../tree/codeNode.ts'
import { DefinitionsOfC } from './definitionsOfC.ts'
import { ExtendingFiles, extensionNames } from './extendingFiles.ts'
import { FolderListings, nameOf } from './folderListings.ts'
import { type GoFiles, goPackage } from './goPackages.ts'
import { handedFiles } from './handedOver.ts'
import { HeaderTypes } from './headerTypes.ts'
import { folderOf, importCandidates } from './importCandidates.ts'
import { LibraryManifests } from './libraryManifests.ts'
import { lowerings } from './lowerings.ts'
import { extendsType, openTypes } from './openTypes.ts'
import { definedNames, importedModules, type LoadedFile, type LoadedFiles, loadedFile } from './program.ts'
import { parseSettings, settingCandidates, settingsNamedIn } from './settingFiles.ts'
import { mostNeighbours, type Surroundings, surroundingsOf } from './surroundings.ts'
import { templateFolders, templateNames, templatesNamedIn } from './templateFiles.ts'

/** A file that was read: lowered where its language is followed, or why not. */
export interface ReadFile {
	readonly text: string | undefined
	readonly gap: Exclude<ProjectText['gap'], undefined> | 'missing' | 'timeout' | undefined
	/** What could not be parsed; the tree itself is as large as all the rest, and done with. */
	readonly code: Pick<ParsedCode, 'errors' | 'cutAt'> | undefined
	readonly loaded: LoadedFile | undefined
	readonly defines: readonly string[]
	readonly grammar: GrammarName | undefined
}

interface FoundFile {
	readonly file: string
	/** Whether what was imported is the file itself. */
	readonly isWhole: boolean
}

/** By the module, then by what is taken of it. */
type ImportTargets = Map<string, Map<string | undefined, FoundFile>>

interface FollowedImports {
	readonly targets: ImportTargets
	/** What they lead to, in the order of the imports. */
	readonly files: ReadonlySet<string>
	/** Files and folders that were looked at. */
	readonly asked: ReadonlySet<string>
}

/** Files that one analysis may read beside its own. */
const mostFiles = 150
const mostKept = 1_500
const mostImplementing = 4
const mostTemplates = 60
const implementationFolders = ['impl', 'implementation', 'Implementation', 'Implementations', 'internal']

/** Reads, parses and lowers files, and keeps them for those that import them. */
export class FileLoader {
	private readonly deps: AnalyzerDeps
	private readonly rules: (language: IrLanguage) => RuleIndex
	private readonly kept = new Map<string, Promise<ReadFile>>()
	private readonly goFiles: GoFiles
	private readonly folders: FolderListings
	private readonly headers: HeaderTypes
	private readonly definitions: DefinitionsOfC
	private imports = new WeakMap<LoadedFile, Promise<FollowedImports>>()
	private surroundings = new WeakMap<LoadedFile, Promise<Surroundings>>()
	private readonly templates = new Map<string, Promise<Template | undefined>>()
	private readonly manifests: LibraryManifests
	private readonly namedTemplates = new WeakMap<LoadedFile, readonly string[]>()
	private readonly templateFolders = new Map<string, Promise<readonly string[]>>()
	private readonly words = new WeakMap<LoadedFile, WeakMap<ReadFile, readonly string[]>>()
	private readonly named = new WeakMap<LoadedFile, WeakMap<ReadFile, boolean>>()
	/** Texts that are being read before it is their turn. */
	private readonly ahead = new Map<string, ReturnType<AnalyzerDeps['files']['read']>>()
	parseMs = 0
	lowerMs = 0

	constructor(deps: AnalyzerDeps, rules: (language: IrLanguage) => RuleIndex) {
		this.deps = deps
		this.rules = rules
		this.folders = new FolderListings(deps)
		this.headers = new HeaderTypes(deps, this.folders)
		this.definitions = new DefinitionsOfC(deps, this.folders)
		this.manifests = new LibraryManifests(deps, this.folders)
		this.goFiles = { list: (folder) => this.folders.list(folder), read: (file) => this.deps.files.read(file) }
	}

	forget(files: readonly string[] | undefined): void {
		this.folders.forget(files)
		this.ahead.clear()
		if (!files) {
			this.kept.clear()
			this.templates.clear()
		}
		this.definitions.forget(files)
		this.manifests.forget(files)
		for (const file of this.headers.forget(files)) this.kept.delete(file)
		for (const file of files ?? []) {
			this.kept.delete(file)
			this.templates.delete(file)
		}
	}

	/** Begins to read what will be asked for, so that nobody waits for the disk then. */
	private readAhead(file: string): void {
		if (this.kept.has(file) || this.ahead.has(file)) return
		const reading = this.deps.files.read(file)
		// Whoever asks for the file meets the failure.
		reading.catch(() => undefined)
		this.ahead.set(file, reading)
	}

	/** @param said the grammar, where somebody chose it; default: what the file looks like */
	read(file: string, said?: GrammarName): Promise<ReadFile> {
		const known = this.kept.get(file)
		if (known) return known
		if (this.kept.size > mostKept) this.kept.clear()
		const reading = this.load(file, said)
		this.kept.set(file, reading)
		return reading
	}

	/** All that a file refers to, as far as it is followed. */
	async around(file: string): Promise<{
		readonly files: LoadedFiles
		readonly templates: ReadonlyMap<string, Template>
		readonly dependsOn: readonly string[]
	}> {
		// Where no file came or went, imports mean what they meant: an edit changes none of the many that a file leads to.
		if (await this.folders.haveChanged()) {
			this.imports = new WeakMap()
			this.surroundings = new WeakMap()
			this.templateFolders.clear()
		}
		const loaded = new Map<string, ReadFile>()
		const asked = new Set<string>()
		const imported = new Map<string, ImportTargets>()
		const seen = new Map<string, ImportTargets>()
		const inPackage = new Map<string, Map<string, string>>()
		const implementers = new Map<string, readonly string[]>()
		const settings = new Map<string, ReadonlyMap<string, string>>()
		const templates = new Map<string, Template>()
		let handed: readonly string[] = []
		const queue = [file]
		for (let next = queue.shift(); next !== undefined && loaded.size < mostFiles; next = queue.shift()) {
			if (loaded.has(next)) continue
			const it = await this.read(next)
			loaded.set(next, it)
			if (!it.loaded) continue
			const imports = await this.importsOf(it.loaded)
			for (const path of imports.asked) asked.add(path)
			imported.set(next, imports.targets)
			for (const found of imports.files) {
				if (loaded.has(found)) continue
				queue.push(found)
				if (queue.length + loaded.size < mostFiles) this.readAhead(found)
			}
			const surroundings = await this.surroundingsOf(it.loaded)
			for (const path of surroundings.asked) asked.add(path)
			for (const { module, word, file: path } of surroundings.inPackages) {
				const isCsharp = it.loaded.ir.language === 'csharp'
				const words = isCsharp ? await this.namedOf(it.loaded, word, path) : [word]
				if (isCsharp) asked.add(path)
				if (words.length > 0 && !seen.has(next)) seen.set(next, new Map())
				for (const one of words) setTarget(seen.get(next), module, one, { file: path, isWhole: false })
				if (words.length > 0) queue.push(path)
			}
			const implementing = await this.implementing(it.loaded, asked)
			if (implementing.length > 0) implementers.set(next, implementing)
			queue.push(...implementing)
			if (it.loaded.ir.language === 'java') await this.readSettings(it.loaded, settings, asked)
			if (this.templatesNamedIn(it.loaded).length > 0) await this.readTemplates(it.loaded, templates, asked)
			for (const neighbour of await this.neighbours(it.loaded, surroundings, inPackage, asked)) queue.push(neighbour)
			if (it.loaded.ir.language === 'c')
				for (const path of await this.defining(it.loaded, inPackage, asked)) queue.push(path)
			if (next !== file) continue
			handed = await handedFiles(this.folders, it.loaded, asked)
			queue.push(...handed)
		}
		const extending = new ExtendingFiles([...loaded.values()].map((it) => it.loaded))
		const files: LoadedFiles = {
			get: (name) => loaded.get(name)?.loaded,
			resolve: ({ file: from }, module, name) => {
				const given = imported.get(from)?.get(module)
				const named = seen.get(from)?.get(module)
				return named?.get(name) ?? given?.get(name) ?? named?.get(undefined) ?? given?.get(undefined)
			},
			inPackage: (from, name) => inPackage.get(folderOf(from.file))?.get(name),
			implementers: (of) => implementers.get(of.file) ?? [],
			extending: (from, name) => extending.seenFrom(from, name),
			handedTo: (of) => (of.file === file ? handed : []),
			settings: (name) => settings.get(name),
			isLibrary: (name) => name === file && isLibrary,
			template: (from, name) => templates.get(`${from}\n${name}`),
		}
		const isLibrary =
			loaded.get(file)?.loaded?.ir.language === 'javascript' && (await this.manifests.isLibrary(folderOf(file), asked))
		for (const name of loaded.keys()) asked.add(name)
		asked.delete(file)
		const filled = new Map([...templates.values()].map((it) => [it.file, it]))
		return { files, templates: filled, dependsOn: [...asked].sort() }
	}

	/** Files of settings that a Java file names: which algorithm is used may stand there. */
	private async readSettings(from: LoadedFile, into: Map<string, ReadonlyMap<string, string>>, asked: Set<string>) {
		for (const name of settingsNamedIn(from.text)) {
			if (into.has(name)) continue
			for (const file of settingCandidates({ file: from.file, packageName: from.ir.packageName }, name)) {
				asked.add(await this.whereToLook(file))
				const read = (await this.folders.isThere(file)) ? await this.deps.files.read(file) : undefined
				if (read === undefined || read.gap !== undefined) continue
				into.set(name, parseSettings(read.text))
				break
			}
		}
	}

	/** Templates that a program names, and those that these take in. */
	private async readTemplates(from: LoadedFile, into: Map<string, Template>, asked: Set<string>) {
		const waiting = this.templatesNamedIn(from).map((name) => ({ from: from.file, name }))
		for (let next = waiting.shift(); next && into.size < mostTemplates; next = waiting.shift()) {
			const key = `${next.from}\n${next.name}`
			const file = into.has(key) ? undefined : await this.templateFile(from.ir.language, next.from, next.name)
			if (file === undefined) continue
			asked.add(file)
			const template = await this.template(file)
			if (!template) continue
			into.set(key, template)
			waiting.push(...template.included.map((name) => ({ from: file, name })))
		}
	}

	private templatesNamedIn(from: LoadedFile): readonly string[] {
		const names = this.namedTemplates.get(from) ?? templatesNamedIn(from.ir.language, from.text)
		this.namedTemplates.set(from, names)
		return names
	}

	private template(file: string): Promise<Template | undefined> {
		const known = this.templates.get(file)
		if (known) return known
		const reading = this.deps.files
			.read(file)
			.then((read) => (read && read.gap === undefined ? readTemplate(file, read.text) : undefined))
		this.templates.set(file, reading)
		return reading
	}

	private async templateFile(language: IrLanguage, from: string, name: string): Promise<string | undefined> {
		const names = templateNames(language, name)
		const below = folderOf(names[0] ?? '')
		for (const folder of await this.templateFoldersAround(folderOf(from))) {
			const place = below === '' ? folder : folder === '' ? below : `${folder}/${below}`
			const looked = this.folders.look(place)
			const seen = looked instanceof Promise ? await looked : looked
			if (seen.names.size === 0) continue
			const there = names.map(nameOf).find((it) => seen.names.has(it))
			const path = place === '' ? there : `${place}/${there}`
			if (there !== undefined && path !== from) return path
		}
		return undefined
	}

	/** The folders that are there of those in which a template may be. */
	private templateFoldersAround(folder: string): Promise<readonly string[]> {
		const known = this.templateFolders.get(folder)
		if (known) return known
		const looking = Promise.all(
			templateFolders(folder).map(async (it) => ((await this.folders.list(it)).length > 0 ? [it] : [])),
		).then((all) => all.flat())
		this.templateFolders.set(folder, looking)
		return looking
	}

	/** The file, or the nearest folder that is there: it changes before the file can come. */
	private async whereToLook(file: string): Promise<string> {
		return (await this.folders.isThere(file)) ? file : `${await this.folders.nearestFolder(folderOf(file))}/`
	}

	/** What the imports of a file mean; looked for once for all files that lead to it. */
	private importsOf(from: LoadedFile): Promise<FollowedImports> {
		const known = this.imports.get(from)
		if (known) return known
		const following = this.followImports(from)
		this.imports.set(from, following)
		return following
	}

	private async followImports(from: LoadedFile): Promise<FollowedImports> {
		const asked = new Set<string>()
		const targets: ImportTargets = new Map()
		const files = new Set<string>()
		for (const { module, imported } of importedModules(from)) {
			const it = await this.find(from, module, imported, asked)
			if (!it) continue
			setTarget(targets, module, imported, it)
			files.add(it.file)
		}
		return { targets, files, asked }
	}

	private async find(from: LoadedFile, module: string, imported: string | undefined, asked: Set<string>) {
		const { language, packageName } = from.ir
		if (language === 'go') return goPackage(this.goFiles, from.file, module, asked)
		for (const candidate of importCandidates(language, { file: from.file, packageName }, module, imported)) {
			if (candidate.file === from.file) continue
			const looked = this.folders.look(folderOf(candidate.file))
			const { names, nearest } = looked instanceof Promise ? await looked : looked
			if (names.has(nameOf(candidate.file))) {
				asked.add(candidate.file)
				return candidate
			}
			// When it comes, the import means something else.
			asked.add(`${nearest}/`)
		}
		return language === 'python' ? this.belowPython(from.file, module, imported) : undefined
	}

	/** Where source folders are not known: in a folder beside the file or at the root, if there is one such file only. */
	private async belowPython(from: string, module: string, imported: string | undefined) {
		if (module.startsWith('.')) return undefined
		const parts = module.split('.')
		const ends = [parts.join('/'), ...(parts.length > 1 ? [parts.slice(1).join('/')] : [])]
		for (const top of new Set([folderOf(from), ''])) {
			const folders = (await this.folders.list(top)).filter((name) => !name.includes('.')).slice(0, mostNeighbours)
			for (const end of ends) {
				const found: string[] = []
				for (const folder of folders) {
					const base = `${top === '' ? '' : `${top}/`}${folder}/${end}`
					if (await this.folders.isThere(`${base}.py`)) found.push(`${base}.py`)
					else if (imported !== undefined && (await this.folders.isThere(`${base}/${imported}.py`)))
						return { file: `${base}/${imported}.py`, isWhole: true }
				}
				const [only] = found
				if (only !== undefined && found.length === 1) return { file: only, isWhole: false }
			}
		}
		return undefined
	}

	/** Files that by their names implement what this one leaves open: beside it, or in a folder for that. */
	private async implementing(from: LoadedFile, asked: Set<string>): Promise<readonly string[]> {
		const open = openTypes(from.ir)
		if (open.length === 0) return []
		const folder = folderOf(from.file)
		const ending = from.file.slice(from.file.lastIndexOf('.'))
		const found: string[] = []
		for (const place of [folder, ...implementationFolders.map((it) => (folder === '' ? it : `${folder}/${it}`))]) {
			for (const name of await this.folders.list(place)) {
				const path = place === '' ? name : `${place}/${name}`
				if (!name.endsWith(ending) || path === from.file || found.length >= mostImplementing) continue
				if (!open.some((it) => name.includes(it.length > 2 ? it.replace(/^I(?=[A-Z])/, '') : it))) continue
				const it = await this.read(path)
				if (it.loaded && open.some((type) => extendsType(it.loaded?.ir, type))) {
					asked.add(path)
					found.push(path)
				}
			}
		}
		return found
	}

	/** Files that define something that a file names without importing it. */
	private async neighbours(
		from: LoadedFile,
		{ beside, autoloaded }: Surroundings,
		inPackage: Map<string, Map<string, string>>,
		asked: Set<string>,
	): Promise<readonly string[]> {
		if (beside.length + autoloaded.length === 0) return []
		const folder = folderOf(from.file)
		const names = inPackage.get(folder) ?? new Map<string, string>()
		inPackage.set(folder, names)
		const found: string[] = []
		for (const path of beside) {
			if (path === from.file) continue
			const it = await this.read(path)
			if (!it.loaded) continue
			asked.add(path)
			if (it.loaded.ir.packageName !== from.ir.packageName && from.ir.language === 'go') continue
			for (const defined of it.defines) if (!names.has(defined)) names.set(defined, path)
			if (this.isNamed(it, from)) found.push(path)
		}
		let count = 0
		for (const path of autoloaded) {
			if (count >= mostNeighbours) break
			const it = await this.read(path)
			if (!it.loaded) continue
			count++
			asked.add(path)
			for (const defined of it.defines) if (!names.has(defined)) names.set(defined, path)
			found.push(path)
		}
		return found
	}

	/** Files of C beside one that define what it calls. */
	private async defining(from: LoadedFile, inPackage: Map<string, Map<string, string>>, asked: Set<string>) {
		const folder = folderOf(from.file)
		const rules = this.rules('c')
		const found = await this.definitions.calledIn(
			folder,
			from.text,
			(name) => from.scopes.topSlots.has(name) || rules.knows(name),
		)
		const names = inPackage.get(folder) ?? new Map<string, string>()
		inPackage.set(folder, names)
		asked.add(`${folder}/`)
		for (const [name, file] of found) if (file !== from.file) names.set(name, file)
		return new Set([...found.values()].filter((it) => it !== from.file))
	}

	/** Whether a file names something that another one defines; asked again for each file that leads to both. */
	private isNamed(other: ReadFile, from: LoadedFile): boolean {
		const known = this.named.get(from) ?? new WeakMap<ReadFile, boolean>()
		this.named.set(from, known)
		let isNamed = known.get(other)
		if (isNamed === undefined) {
			isNamed =
				other.defines.some((defined) => from.text.includes(defined.slice(defined.indexOf('.') + 1))) ||
				(other.loaded !== undefined && callsOf(from, other.loaded))
			known.set(other, isNamed)
		}
		return isNamed
	}

	/** What a file of C# defines that another one names; of extension methods, with which the file is all that is known, its own name. */
	private async namedOf(from: LoadedFile, word: string, file: string): Promise<readonly string[]> {
		const other = await this.read(file)
		if (!other.loaded) return []
		const known = this.words.get(from) ?? new WeakMap<ReadFile, readonly string[]>()
		this.words.set(from, known)
		let words = known.get(other)
		if (words === undefined) {
			const named = other.defines.filter((it) => from.text.includes(it))
			words = !named.includes(word) && callsOf(from, other.loaded) ? [...named, word] : named
			known.set(other, words)
		}
		return words
	}

	private surroundingsOf(from: LoadedFile): Promise<Surroundings> {
		const known = this.surroundings.get(from)
		if (known) return known
		const looking = surroundingsOf(this.folders, from)
		this.surroundings.set(from, looking)
		return looking
	}

	/** The code in a template, at the places where it stands. */
	private async loadTemplate(file: string, text: string): Promise<ReadFile> {
		const nothing = { text, gap: undefined, code: undefined, loaded: undefined, defines: [], grammar: undefined }
		const razor = isRazor(file) ? csharpOfRazor(text) : undefined
		const jsp = isJsp(file) ? javaOfJsp(text) : undefined
		if (isJsp(file) && !jsp) return nothing
		const language = razor ? 'csharp' : jsp ? 'java' : 'ruby'
		const begun = this.deps.clock.now()
		const code = await this.deps.parse(language, (razor ?? jsp)?.code ?? rubyOfTemplate(text))
		const parsed = this.deps.clock.now()
		this.parseMs += parsed - begun
		if (!code) return { ...nothing, gap: 'timeout' }
		const ir = razor ? lowerRazor(code, razor) : jsp ? lowerJsp(code, jsp, file, text) : lowerRuby(code, true)
		const loaded = loadedFile(file, { ...code, text }, ir, this.rules(language))
		this.lowerMs += this.deps.clock.now() - parsed
		// What HTML leaves between pieces of code is no fault of anybody.
		return { ...nothing, code: { errors: [], cutAt: code.cutAt }, loaded }
	}

	/** The scripts of a page or component and the expressions in its template, at the places where they stand. */
	private async loadPage(file: string, text: string): Promise<ReadFile> {
		const nothing = { text, gap: undefined, code: undefined, loaded: undefined, defines: [], grammar: undefined }
		const page = codeOfPage(file, text)
		if (!page) return nothing
		const begun = this.deps.clock.now()
		const parsable = lowerings[page.grammar]?.parsable
		const code = await this.deps.parse(page.grammar, parsable?.(page.code, file) ?? page.code)
		const parsed = this.deps.clock.now()
		this.parseMs += parsed - begun
		if (!code) return { ...nothing, gap: 'timeout' }
		const loaded = loadedFile(file, { ...code, text }, lowerPage({ ...code, text }, page), this.rules('javascript'))
		this.lowerMs += this.deps.clock.now() - parsed
		// Templates of a server stand in scripts of pages as well: that they are no JavaScript is no fault of anybody.
		const errors = isTemplate(file, text) ? [] : code.errors
		return { ...nothing, code: { errors, cutAt: code.cutAt }, loaded }
	}

	private async load(file: string, said: GrammarName | undefined): Promise<ReadFile> {
		const grammar = said ?? grammarOfPath(file)
		const nothing = { text: undefined, gap: undefined, code: undefined, loaded: undefined, defines: [], grammar }
		const reading = this.ahead.get(file) ?? this.deps.files.read(file)
		this.ahead.delete(file)
		const read = await reading
		if (!read) return { ...nothing, gap: 'missing' }
		if (read.gap !== undefined) return { ...nothing, gap: read.gap }
		const { text } = read
		if (isRubyTemplate(file) || isRazor(file) || isJsp(file)) return this.loadTemplate(file, text)
		if (isPage(file)) return this.loadPage(file, text)
		const found = said ?? grammarOfText(file, text)
		const lowering = found && lowerings[found]
		if (!found || !lowering) return { ...nothing, text }
		const begun = this.deps.clock.now()
		const isC = lowering.language === 'c'
		const headers = isC ? await this.headers.of(file, text) : undefined
		const known = isC && !said ? await this.headers.codeOf(file) : undefined
		const tree = known ?? (await this.deps.parse(found, lowering.parsable?.(text, file) ?? text))
		const parsed = this.deps.clock.now()
		this.parseMs += parsed - begun
		if (!tree) return { ...nothing, text, gap: 'timeout' }
		const code = { ...tree, text }
		const ir = lowering.lower(code, headers)
		if (known) await this.headers.done(file)
		const loaded = loadedFile(file, code, ir, this.rules(lowering.language))
		this.lowerMs += this.deps.clock.now() - parsed
		return {
			text,
			gap: undefined,
			code: { errors: code.errors, cutAt: code.cutAt },
			loaded,
			defines: definedNames(ir),
			grammar: found,
		}
	}
}

function setTarget(targets: ImportTargets | undefined, module: string, imported: string | undefined, found: FoundFile) {
	const known = targets?.get(module)
	if (known) known.set(imported, found)
	else targets?.set(module, new Map([[imported, found]]))
}

/** Whether a file may call an extension method of another one. */
function callsOf(from: LoadedFile, { ir }: LoadedFile): boolean {
	return extensionNames(ir).some((name) => from.text.includes(`.${name}`))
}
