import ts from 'typescript'
import { type Breach, breach, nodesOf, type Source } from '../sources.ts'

/** The file whose ids a test compares with the manifest. */
const home = 'src/vscode/ids.ts'

/** An id that is written out anywhere else is compared with nothing, and outlives the one it was copied from. */
export function idBreaches(sources: readonly Source[]): Breach[] {
	return sources
		.filter(({ path }) => path !== home)
		.flatMap((source) =>
			[...nodesOf(source.tree)]
				.filter(ts.isStringLiteralLike)
				.filter(({ text }) => /^alcove\.[\w.]+$/.test(text))
				.map((node) => breach(source, node, `${node.text} is written out: name it in ${home}`)),
		)
}
