import { findSecrets } from '../../privacy/secrets/findSecrets.ts'
import type { Finding } from '../findings/finding.ts'
import type { LineTable } from './findingCollector.ts'

/** The keys and passwords that stand in a file, as findings. No value is in them, only its first characters. */
export function secretsIn(file: string, text: string, table: LineTable, isOff: (ruleId: string) => boolean): Finding[] {
	return findSecrets(text).flatMap(({ kind, label, confidence, preview, start, end }): Finding[] => {
		const ruleId = `secrets/${kind}`
		if (isOff(ruleId)) return []
		const range = table.range(start, end)
		const message = `${label} (${preview}) stands in the file, where everybody who has the file can read it.`
		const severity = confidence === 'high' ? 'critical' : confidence === 'medium' ? 'high' : 'medium'
		const path = [{ file, range, role: 'sink' as const, label }]
		return [{ file, range, ruleId, message, severity, confidence, cwe: [798], path, fingerprint: '' }]
	})
}
