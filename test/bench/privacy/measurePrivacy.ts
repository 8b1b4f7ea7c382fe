import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { measureLedger, renderLedger } from './measureLedger.ts'
import { measureRedaction, renderRedaction } from './measureRedaction.ts'

/** On pages of their own. */
export async function measurePrivacy(
	root: string,
	about: { readonly date: string; readonly command: string; readonly machine: string },
): Promise<void> {
	const pages = {
		'redaction.md': renderRedaction(measureRedaction(root, 200), about.command),
		'ledger.md': renderLedger(await measureLedger(), about),
	}
	for (const [name, page] of Object.entries(pages)) {
		console.log(`\n${page}`)
		writeFileSync(join(root, 'test', 'bench', 'results', name), page)
	}
}
