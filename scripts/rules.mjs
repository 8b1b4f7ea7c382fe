// Checks all rules in src/rules: node scripts/rules.mjs. With --schema it writes src/rules/rules.schema.json anew.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from './lib/progress.mjs'
import { root } from './lib/root.mjs'
import { loadRuleReader, readAllRules } from './lib/rules.mjs'
import { ruleFileJsonSchema } from './lib/rulesSchema.mjs'

const folder = join(root, 'src', 'rules')
try {
	const reader = await loadRuleReader()
	if (process.argv.includes('--schema')) {
		const schema = ruleFileJsonSchema(reader.ruleFileSchema)
		writeFileSync(join(folder, 'rules.schema.json'), `${JSON.stringify(schema, undefined, 2)}\n`)
	}
	const all = readAllRules(folder, reader)
	console.log(`${all.flatMap(({ rules }) => rules.rules ?? []).length} rules in ${all.length} files are in order.`)
} catch (error) {
	fail(error)
}
