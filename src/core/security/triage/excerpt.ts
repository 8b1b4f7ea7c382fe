import type { Finding } from '../findings/finding.ts'
import { nodesAround } from '../tree/functionsIn.ts'
import { type LineSpan, linesOf, type ShownFile } from './shownFile.ts'
import { definitionsFor, helpersFor, importsFor } from './surroundings.ts'

/** What a model is shown of the code: the path with the functions that it goes through, and what these use. */
export interface Excerpt {
	/** Files by their number from 0: names of files may say anything. */
	readonly files: readonly ShownFile[]
	readonly parts: readonly ExcerptPart[]
	/** The steps of the path; those that follow each other on one line are one. */
	readonly steps: readonly ExcerptStep[]
}

export interface ExcerptPart {
	readonly form: 'imports' | 'definitions' | 'function' | 'helper'
	readonly file: number
	/** In the order of the file. */
	readonly lines: readonly ExcerptLine[]
}

export interface ExcerptLine {
	/** Index into the file's lines. */
	readonly line: number
	/** Steps that are here, from 1. */
	readonly steps: readonly number[]
	/** How near it is to the path: texts off the path are shortened. */
	readonly nearness: 'path' | 'near' | 'off'
}

export interface ExcerptStep {
	readonly label: string
	readonly file: number
	readonly line: number
}

/** How much is shown; each is the most lines. */
export interface ExcerptSize {
	readonly ofFunction: number
	readonly ofHelper: number
	readonly helpers: number
	readonly definitions: number
	readonly imports: number
}

/** From all that is of use to what is needed. */
export const excerptSizes: readonly ExcerptSize[] = [
	{ ofFunction: 50, ofHelper: 25, helpers: 3, definitions: 8, imports: 10 },
	{ ofFunction: 25, ofHelper: 12, helpers: 2, definitions: 4, imports: 4 },
	{ ofFunction: 12, ofHelper: 6, helpers: 1, definitions: 2, imports: 0 },
]

/** @returns undefined where the code of no step is known */
export function excerptOf(
	finding: Finding,
	fileOf: (name: string) => ShownFile | undefined,
	size: ExcerptSize,
): Excerpt | undefined {
	const names: string[] = []
	const files: ShownFile[] = []
	const steps: (ExcerptStep & { readonly offset: number })[] = []
	for (const { file: name, range, label } of finding.path) {
		let file = names.indexOf(name)
		if (file < 0) {
			const shown = fileOf(name)
			if (!shown) continue
			file = names.push(name) - 1
			files.push(shown)
		}
		const shown = files[file] as ShownFile
		const offset = shown.startOf(range)
		const line = linesOf(shown, { start: offset, end: offset + 1 }).from
		if (line >= shown.lines.length) continue
		const last = steps.at(-1)
		if (last?.file === file && last.line === line)
			steps[steps.length - 1] = { ...last, label: joined(last.label, label) }
		else steps.push({ label, file, line, offset })
	}
	if (steps.length === 0) return undefined
	const parts = files.flatMap((shown, file) => {
		const own = steps.flatMap((step, at) => (step.file === file ? [{ ...step, number: at + 1 }] : []))
		return partsOf(shown, file, own, size)
	})
	return { files, steps, parts }
}

interface NumberedStep extends ExcerptStep {
	readonly offset: number
	readonly number: number
}

function partsOf(
	shown: ShownFile,
	file: number,
	steps: readonly NumberedStep[],
	size: ExcerptSize,
): readonly ExcerptPart[] {
	const wanted = new Set(steps.flatMap(({ line }) => [...(shown.names[line] ?? [])]))
	const part = (form: ExcerptPart['form'], lines: readonly number[]): ExcerptPart => ({
		form,
		file,
		lines: lines.map((line) => {
			const here = steps.filter((step) => step.line === line).map(({ number }) => number)
			const isNear = [...(shown.names[line] ?? [])].some((name) => wanted.has(name))
			return { line, steps: here, nearness: here.length > 0 ? 'path' : isNear ? 'near' : 'off' }
		}),
	})
	const functions = unitsOf(shown, steps).map((unit) => linesToShow(shown, unit, steps, wanted, size.ofFunction))
	const taken = new Set(functions.flat())
	const isFree = ({ from, to }: LineSpan) => !range(from, to).some((line) => taken.has(line))
	const near = new Set([...taken].flatMap((line) => [...(shown.names[line] ?? [])]))
	const helpers = helpersFor(shown, wanted, near, isFree, size).map(({ from, to }) =>
		range(from, Math.min(to, from + size.ofHelper)),
	)
	for (const line of helpers.flat()) taken.add(line)
	const definitions = definitionsFor(shown, near, isFree, size.definitions)
	for (const line of definitions) taken.add(line)
	const used = new Set([...taken].flatMap((line) => [...(shown.names[line] ?? [])]))
	const imports = importsFor(shown, used, isFree, size.imports)
	const all: readonly ExcerptPart[] = [
		part('imports', imports),
		part('definitions', definitions),
		...functions.map((lines) => part('function', lines)),
		...helpers.map((lines) => part('helper', lines)),
	]
	return all.filter(({ lines }) => lines.length > 0)
}

/** The functions that steps are in: the innermost of more than one line, or all of the file where there is none. */
function unitsOf(shown: ShownFile, steps: readonly NumberedStep[]): readonly LineSpan[] {
	const units: LineSpan[] = []
	for (const { offset } of steps) {
		const around = shown.functions.filter(({ node }) => node.start <= offset && offset < node.end)
		const spans = around.map(({ node }) => linesOf(shown, node))
		const unit = spans.findLast(({ from, to }) => to - from > 1) ?? spans[0] ?? { from: 0, to: shown.lines.length }
		if (!units.some(({ from, to }) => from <= unit.from && unit.to <= to)) units.push(unit)
	}
	return units
		.filter((it) => !units.some((other) => other !== it && other.from <= it.from && it.to <= other.to))
		.sort((a, b) => a.from - b.from)
}

/** All of a short function; of a long one its ends, the steps, what stands around them, and lines about the same names. */
function linesToShow(
	shown: ShownFile,
	{ from, to }: LineSpan,
	steps: readonly NumberedStep[],
	wanted: ReadonlySet<string>,
	most: number,
): readonly number[] {
	if (to - from <= most) return range(from, to)
	const own = steps.filter(({ line }) => line >= from && line < to)
	const isWhole = from === 0 && to === shown.lines.length
	const kept = new Set(own.map(({ line }) => line))
	if (!isWhole) kept.add(from)
	for (const { offset } of own) {
		for (const node of nodesAround(shown.code.root, offset, offset + 1)) {
			const head = linesOf(shown, node).from
			if (head >= from && head < to && !(isWhole && head === 0)) kept.add(head)
		}
	}
	const distance = (line: number) => Math.min(...own.map((step) => Math.abs(step.line - line)))
	const related = range(from, to)
		.filter((line) => !kept.has(line) && [...(shown.names[line] ?? [])].some((name) => wanted.has(name)))
		.sort((a, b) => distance(a) - distance(b))
	for (const line of related) if (kept.size < most) kept.add(line)
	// What follows a condition decides what it means.
	for (const line of [...kept]) if (line + 1 < to && kept.size < most * 1.3) kept.add(line + 1)
	return [...kept].sort((a, b) => a - b)
}

function range(from: number, to: number): readonly number[] {
	return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at)
}

function joined(a: string, b: string): string {
	return a.endsWith(b) ? a : `${a}, ${b}`
}
