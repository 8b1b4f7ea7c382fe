import { grammarOfText } from '../../syntax/grammarOf.ts'
import type { AnalyzerDeps } from '../analyzer.ts'
import { declaredIn } from '../lowering/c/cDeclared.ts'
import type { FileTypes } from '../lowering/c/cTypes.ts'
import { parsableC, parsableCpp } from '../lowering/c/parsableC.ts'
import type { ParsedCode } from '../tree/codeNode.ts'
import { type FolderListings, nameOf } from './folderListings.ts'
import { folderOf, importCandidates } from './importCandidates.ts'

interface Header {
	readonly includes: readonly string[]
	/** Until it is known what it declares, and it was lowered itself. */
	code: ParsedCode | undefined
	declared: FileTypes | undefined
	/** Tells its structures without a name from those of others. */
	readonly mark: string
}

/** Headers that one file may lead to. */
const mostHeaders = 120
const mostKept = 1_000
const header = /\.(?:h|hh|hpp|hxx|h\+\+|inl|inc|ipp|tpp)$/i
const include = /^[ \t]*#[ \t]*(?:include|import)[ \t]*"([^"\n]{1,300})"/gm

export function isHeader(file: string): boolean {
	return header.test(file)
}

/** What headers of C and C++ declare, for the files that include them: the sizes of arrays, the members of classes and what functions give stand there. */
export class HeaderTypes {
	private readonly deps: Pick<AnalyzerDeps, 'files' | 'parse'>
	private readonly folders: FolderListings
	private readonly headers = new Map<string, Promise<Header | undefined>>()
	/** By header: files that it was read for. */
	private readonly users = new Map<string, Set<string>>()
	/** All files that include something. */
	private readonly asked = new Set<string>()
	private count = 0

	constructor(deps: Pick<AnalyzerDeps, 'files' | 'parse'>, folders: FolderListings) {
		this.deps = deps
		this.folders = folders
	}

	/** @returns files that were read with what these declare */
	forget(files: readonly string[] | undefined): readonly string[] {
		// One that comes may be meant by any file.
		const isNew = files?.some((it) => isHeader(it) && !this.users.has(it) && !this.headers.has(it)) === true
		if (!files || isNew) {
			const all = [...this.asked]
			this.headers.clear()
			this.users.clear()
			this.asked.clear()
			return all
		}
		const used = new Set<string>()
		for (const file of files) {
			this.headers.delete(file)
			for (const it of this.users.get(file) ?? []) {
				used.add(it)
				this.headers.delete(it)
			}
			this.users.delete(file)
		}
		return [...used]
	}

	/** The tree of a header, which is parsed once for itself and for those that include it. */
	async codeOf(file: string): Promise<ParsedCode | undefined> {
		return isHeader(file) ? (await this.read(file))?.code : undefined
	}

	/** The header was lowered: the tree is as large as all the rest, and done with. */
	async done(file: string): Promise<void> {
		const known = await this.headers.get(file)
		if (!known?.code) return
		const read = new Map([[file, known]])
		for (const it of known.includes) {
			const other = await this.headers.get(it)
			if (other) read.set(it, other)
		}
		declare(file, read, new Set(), [])
		known.code = undefined
	}

	/** What the headers declare that a file includes, itself or by way of others, each after those that it includes. */
	async of(file: string, text: string): Promise<readonly FileTypes[]> {
		if (text.includes('include')) this.asked.add(file)
		const first = await this.includedBy(file, text)
		if (first.length === 0) return []
		if (this.headers.size > mostKept) this.headers.clear()
		const read = new Map<string, Header>()
		const queue = [...first]
		for (let next = queue.shift(); next !== undefined && read.size < mostHeaders; next = queue.shift()) {
			if (read.has(next) || next === file) continue
			const users = this.users.get(next) ?? new Set()
			this.users.set(next, users.add(file))
			const it = await this.read(next)
			if (!it) continue
			read.set(next, it)
			queue.push(...it.includes)
		}
		// From here on nothing waits: headers that include each other would wait for each other.
		const order: FileTypes[] = []
		const seen = new Set([file])
		for (const it of first) declare(it, read, seen, order)
		return order
	}

	private read(file: string): Promise<Header | undefined> {
		const known = this.headers.get(file)
		if (known) return known
		const reading = this.parse(file)
		this.headers.set(file, reading)
		return reading
	}

	private async parse(file: string): Promise<Header | undefined> {
		const found = await this.deps.files.read(file)
		if (!found || found.gap !== undefined) return undefined
		const { text } = found
		const grammar = grammarOfText(file, text)
		if (grammar !== 'c' && grammar !== 'cpp') return undefined
		const tree = await this.deps.parse(grammar, (grammar === 'c' ? parsableC : parsableCpp)(text))
		if (!tree) return undefined
		const includes = await this.includedBy(file, text)
		return { includes, code: { ...tree, text }, declared: undefined, mark: `${++this.count}_` }
	}

	private async includedBy(file: string, text: string): Promise<readonly string[]> {
		const found = new Set<string>()
		for (const [, module = ''] of text.matchAll(include)) {
			if (found.size >= mostHeaders) break
			for (const candidate of importCandidates('c', { file, packageName: undefined }, module, undefined)) {
				const looked = this.folders.look(folderOf(candidate.file))
				const { names } = looked instanceof Promise ? await looked : looked
				if (!names.has(nameOf(candidate.file))) continue
				if (candidate.file !== file && isHeader(candidate.file)) found.add(candidate.file)
				break
			}
		}
		return [...found]
	}
}

/**
 * Adds what a header declares, after what those declare that it includes.
 * @param seen headers that are there already
 * @param begun headers around, which include each other in a circle
 */
function declare(
	file: string,
	read: ReadonlyMap<string, Header>,
	seen: Set<string>,
	order: FileTypes[],
	begun: ReadonlySet<string> = new Set(),
): void {
	const header = read.get(file)
	if (!header || seen.has(file)) return
	seen.add(file)
	for (const it of header.includes) declare(it, read, seen, order, begun)
	if (!header.declared && header.code && !begun.has(file)) {
		// Only what it includes itself: what it declares is the same for all that include it.
		const below: FileTypes[] = []
		const around = new Set([...begun, file])
		const own = new Set(around)
		for (const it of header.includes) declare(it, read, own, below, around)
		header.declared = declaredIn(header.code.text, header.code.root, below, header.mark)
	}
	if (header.declared) order.push(header.declared)
}
