import type { Breach, Source } from '../sources.ts'

const leftovers: readonly { readonly pattern: RegExp; readonly message: string }[] = [
	{ pattern: /@ts-(?:ignore|expect-error|nocheck)/, message: 'silences the type checker' },
	{ pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, message: 'leaves work behind: do it, or file an issue' },
	{ pattern: /biome-ignore(?![^\n]*: \S)/, message: 'silences Biome without a reason' },
]

export function leftoverBreaches(sources: readonly Source[]): Breach[] {
	return sources.flatMap((source) =>
		source.tree.text
			.split('\n')
			.flatMap((text, index) =>
				leftovers
					.filter(({ pattern }) => pattern.test(text))
					.map(({ message }) => ({ path: source.path, line: index + 1, message })),
			),
	)
}
