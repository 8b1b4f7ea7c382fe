import { analyzeUnit } from '../taint/entries.ts'
import { createMachine } from '../taint/interpreter.ts'
import { FindingCollector, type RawFinding } from './findingCollector.ts'
import { type LoadedFile, type LoadedFiles, LoadedProgram } from './program.ts'

/**
 * What is wrong in other files alone is found there: unless only a call from here tells what they are given, as of a request that is
 * handed to a helper.
 */
export class FromHere {
	private readonly alone = new WeakMap<LoadedFile, ReadonlySet<string>>()

	/** The findings that concern a file, with the call where their way begins in it. */
	of(file: string, found: readonly RawFinding[], files: LoadedFiles): readonly RawFinding[] {
		return found.flatMap((finding) => {
			if (finding.steps.some(({ place }) => place.file === file)) return finding
			const { calledFrom, place, steps } = finding
			const loaded = files.get(place.file)
			if (calledFrom?.file !== file || !loaded || this.foundAlone(loaded, files).has(keyOf(finding))) return []
			const [first, ...more] = steps
			if (!first) return []
			const call = { place: calledFrom, role: 'source' as const, label: first.label }
			return { ...finding, steps: [call, { ...first, role: 'step' as const }, ...more] }
		})
	}

	private foundAlone(loaded: LoadedFile, files: LoadedFiles): ReadonlySet<string> {
		const known = this.alone.get(loaded)
		if (known) return known
		const collector = new FindingCollector()
		const program = new LoadedProgram(files)
		const machine = createMachine(program, collector)
		program.attach(machine)
		const unit = program.unit(loaded.file)
		try {
			if (unit) analyzeUnit(machine, unit)
		} catch {
			// The analysis of that file tells of it; here counts what was found until then.
		}
		const found = new Set(collector.all().map(keyOf))
		this.alone.set(loaded, found)
		return found
	}
}

function keyOf({ rule, place }: RawFinding): string {
	return `${rule.id}:${place.file}:${place.start}`
}
