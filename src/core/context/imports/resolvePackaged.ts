import type { ImportPlaces, WrittenImport } from './knownFiles.ts'

/** A name of a package or namespace, or all of one: by what the files say that they are in. */
export function resolvePackaged(
	{ files }: ImportPlaces,
	{ from, name }: WrittenImport,
	separator: string,
): readonly string[] {
	const whole = name === undefined ? files.ofPackage(from) : []
	if (whole.length > 0) return whole
	const steps = from.split(separator)
	// What is imported may be in a type, or in a type of a type.
	for (let length = steps.length - 1; length > 0; length--) {
		const found = files.inPackage(steps.slice(0, length).join(separator), steps[length] ?? '')
		if (found.length > 0) return found
	}
	return files.ofPackage(from)
}
