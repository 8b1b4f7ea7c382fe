import { readFile } from 'node:fs/promises'
import type { RuleFile } from '../../core/security/rules/ruleTypes.ts'

/** The product's rules, which were checked when it was built. Rejects where the file cannot be read. @param file `dist/rules.json` */
export async function readShippedRules(file: string): Promise<readonly RuleFile[]> {
	const { files }: { files: readonly { readonly rules: RuleFile }[] } = JSON.parse(await readFile(file, 'utf8'))
	return files.map(({ rules }) => rules)
}
