import type { Disposable } from '../../../shared/disposable.ts'
import { Emitter } from '../../../shared/event.ts'
import type { AnalysisGap, FileFindings, Finding, FindingRange, PathStep } from '../findings/finding.ts'
import { isBetter } from '../findings/selectFindings.ts'
import type { TriageMark } from '../triage/triage.ts'
import { hullOf, moveRange, overlaps, type TextChange } from './moveRange.ts'

/** A finding as the editor shows it: where it is now. */
export interface KeptFinding {
	/** The same for the same finding of the next analysis. */
	readonly id: string
	/** The document whose analysis found it. */
	readonly documentId: string
	/** The document that it lies in: an analysis follows data into other files. */
	readonly placeId: string
	/** Its ranges and those of its path have moved with the text. */
	readonly finding: Finding
	/** The document of each step of the path. */
	readonly stepDocuments: readonly string[]
	/** Code of it was changed since, and has not been analyzed again. */
	readonly isStale: boolean
	/** What a model made of it; absent where it was not asked, or the code is another one by now. */
	readonly mark?: TriageMark
}

export interface KeptFile {
	readonly documentId: string
	/** As the analysis named them. */
	readonly root: string | undefined
	readonly file: string
	readonly findings: readonly KeptFinding[]
	readonly gaps: readonly AnalysisGap[]
	/** What the user selected for the analysis, where it is now; undefined: all of it. */
	readonly scope: FindingRange | undefined
}

export interface FoundIn {
	readonly documentId: string
	readonly root: string | undefined
	readonly found: FileFindings
	readonly scope?: FindingRange | undefined
}

/** What was found in this window, by document. Ranges follow the edits of every document in which a step lies. */
export class FindingsBook implements Disposable {
	private readonly files = new Map<string, KeptFile>()
	private readonly changes = new Emitter<ReadonlySet<string>>()
	private readonly idOf: (root: string | undefined, file: string) => string

	/** Fires with the ids of the documents whose findings are others than before. */
	readonly onDidChange = this.changes.event

	/** @param idOf the document that a file below a root is */
	constructor(idOf: (root: string | undefined, file: string) => string) {
		this.idOf = idOf
	}

	get all(): readonly KeptFile[] {
		return [...this.files.values()]
	}

	get findings(): readonly KeptFinding[] {
		return this.all.flatMap(({ findings }) => findings)
	}

	of(documentId: string): KeptFile | undefined {
		return this.files.get(documentId)
	}

	/** The findings that lie in a document, whatever analysis found them. */
	lyingIn(documentId: string): readonly KeptFinding[] {
		return this.findings.filter(({ placeId }) => placeId === documentId)
	}

	/** Replaces what was known of a document. With a scope, findings that lie beside it are left out. */
	put({ documentId, root, found, scope }: FoundIn): KeptFile {
		const counts = new Map<string, number>()
		const marks = marksIn(this.files.get(documentId))
		const findings = found.findings
			.filter(({ file, range, path }) => {
				if (!scope) return true
				return [range, ...path.filter((step) => step.file === file).map((step) => step.range)].some((one) =>
					overlaps(one, scope),
				)
			})
			.map((finding): KeptFinding => {
				const key = `${documentId}#${finding.fingerprint}`
				const count = counts.get(key) ?? 0
				counts.set(key, count + 1)
				const idOf = (file: string) => (file === found.file ? documentId : this.idOf(root, file))
				const stepDocuments = finding.path.map(({ file }) => idOf(file))
				const placeId = idOf(finding.file)
				const id = count === 0 ? key : `${key}#${count}`
				const kept = { id, documentId, placeId, finding, stepDocuments, isStale: false }
				const mark = marks.get(id)
				return mark && isSameWay(mark.finding, finding) ? { ...kept, mark: mark.mark } : kept
			})
		const kept = { documentId, root, file: found.file, findings, gaps: found.gaps, scope }
		this.files.set(documentId, kept)
		this.changes.fire(new Set([documentId]))
		return kept
	}

	/**
	 * Moves what lies in a document that was edited.
	 *
	 * @returns the documents that have findings whose code was changed, of which some were not stale before
	 */
	edit(documentId: string, changes: readonly TextChange[]): ReadonlySet<string> {
		const stale = new Set<string>()
		const changed = new Set<string>()
		for (const file of this.files.values()) {
			const moved = editFile(file, documentId, changes)
			if (moved === file) continue
			this.files.set(file.documentId, moved)
			changed.add(file.documentId)
			if (moved.findings.some((finding, index) => finding.isStale && !file.findings[index]?.isStale)) {
				stale.add(file.documentId)
			}
		}
		if (changed.size > 0) this.changes.fire(changed)
		return stale
	}

	/**
	 * Keeps what a model made of a finding, unless its code was changed meanwhile.
	 *
	 * @param asked the finding as it was when the model was asked
	 * @returns whether it was kept
	 */
	judge(kept: Pick<KeptFinding, 'id' | 'documentId'>, asked: Finding, mark: TriageMark): boolean {
		const file = this.files.get(kept.documentId)
		const isIt = (it: KeptFinding) => it.id === kept.id && !it.isStale && isSameWay(it.finding, asked)
		if (!file?.findings.some(isIt)) return false
		const findings = file.findings.map((it) => (isIt(it) ? { ...it, mark } : it))
		this.files.set(kept.documentId, { ...file, findings })
		this.changes.fire(new Set([kept.documentId]))
		return true
	}

	/** All findings of a document may be out of date. */
	distrust(documentId: string): void {
		const file = this.files.get(documentId)
		if (!file?.findings.some(({ isStale }) => !isStale)) return
		this.files.set(documentId, { ...file, findings: file.findings.map(stale) })
		this.changes.fire(new Set([documentId]))
	}

	/** Documents that have a finding of which a step lies in this one. */
	dependentsOf(documentId: string): readonly string[] {
		return this.all
			.filter(({ findings }) => findings.some(({ stepDocuments }) => stepDocuments.includes(documentId)))
			.map((file) => file.documentId)
	}

	remove(documentIds: Iterable<string>): void {
		const removed = new Set([...documentIds].filter((id) => this.files.delete(id)))
		if (removed.size > 0) this.changes.fire(removed)
	}

	clear(): void {
		this.remove([...this.files.keys()])
	}

	dispose(): void {
		this.changes.dispose()
	}
}

/** Whether data comes by one rule to one place, whatever way it takes there. */
export function isSameFault(one: KeptFinding, other: KeptFinding): boolean {
	return faultOf(one) === faultOf(other)
}

/** Each fault once: the analyses of several files may lead to it. What is not stale is kept, then as `distinctFindings` does. */
export function distinctFaults(findings: readonly KeptFinding[]): KeptFinding[] {
	const best = new Map<string, KeptFinding>()
	for (const kept of findings) {
		const fault = faultOf(kept)
		const known = best.get(fault)
		if (!known || (known.isStale === kept.isStale ? isBetter(kept.finding, known.finding) : known.isStale))
			best.set(fault, kept)
	}
	return [...best.values()]
}

function faultOf({ placeId, finding: { ruleId, range } }: KeptFinding): string {
	return `${placeId}:${range.startLine}:${range.startCharacter}:${ruleId}`
}

function editFile(file: KeptFile, documentId: string, changes: readonly TextChange[]): KeptFile {
	const findings = file.findings.map((finding) => editFinding(finding, documentId, changes))
	const isOwn = file.documentId === documentId
	const scope = file.scope && isOwn ? moved(file.scope, changes) : file.scope
	const gaps = isOwn
		? file.gaps.map((gap) => (gap.range ? { ...gap, range: moved(gap.range, changes) } : gap))
		: file.gaps
	const isSame = findings.every((finding, index) => finding === file.findings[index])
	return isSame && !(isOwn && (file.scope || gaps.some(({ range }) => range)))
		? file
		: { ...file, findings, scope, gaps }
}

function editFinding(kept: KeptFinding, documentId: string, changes: readonly TextChange[]): KeptFinding {
	const { finding, stepDocuments } = kept
	const isOwn = kept.placeId === documentId
	if (!isOwn && !stepDocuments.includes(documentId)) return kept
	const isStep = (index: number) => stepDocuments[index] === documentId
	const steps = finding.path.filter((_, index) => isStep(index)).map(({ range }) => range)
	const [first, ...others] = isOwn ? [finding.range, ...steps] : steps
	if (!first) return kept
	// What is written between two steps may be what makes it safe.
	let hull = hullOf(first, others)
	let isStale = kept.isStale
	for (const change of changes) {
		const { range, isTouched } = moveRange(hull, change)
		hull = range
		isStale ||= isTouched
	}
	const path = finding.path.map(
		(step, index): PathStep => (isStep(index) ? { ...step, range: moved(step.range, changes) } : step),
	)
	const range = isOwn ? moved(finding.range, changes) : finding.range
	const isSame =
		isStale === kept.isStale &&
		isSameRange(range, finding.range) &&
		path.every((step, index) => isSameRange(step.range, finding.path[index]?.range))
	if (isSame) return kept
	const now = { ...kept, finding: { ...finding, range, path } }
	return isStale ? stale(now) : now
}

/** The verdict was about the code as it was. */
function stale({ mark: _, ...kept }: KeptFinding): KeptFinding {
	return { ...kept, isStale: true }
}

function marksIn(file: KeptFile | undefined) {
	const marks = new Map<string, { readonly mark: TriageMark; readonly finding: Finding }>()
	for (const { id, mark, finding } of file?.findings ?? []) if (mark) marks.set(id, { mark, finding })
	return marks
}

/** Whether the data takes the same way, wherever its lines are by now. */
function isSameWay(one: Finding, other: Finding): boolean {
	if (one.ruleId !== other.ruleId || one.fingerprint !== other.fingerprint) return false
	if (one.path.length !== other.path.length) return false
	return one.path.every(({ file, label, role }, at) => {
		const step = other.path[at]
		return step?.file === file && step.label === label && step.role === role
	})
}

function moved(range: FindingRange, changes: readonly TextChange[]): FindingRange {
	return changes.reduce((at, change) => moveRange(at, change).range, range)
}

function isSameRange(one: FindingRange, other: FindingRange | undefined): boolean {
	return (
		one.startLine === other?.startLine &&
		one.startCharacter === other.startCharacter &&
		one.endLine === other.endLine &&
		one.endCharacter === other.endCharacter
	)
}
