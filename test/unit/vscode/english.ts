import type { L10n } from '../../../src/vscode/l10n.ts'

/** The editor's translator where there is nothing to translate. */
export const english: L10n = {
	t: (message: unknown, ...args: unknown[]) =>
		String(message).replace(/\{(\d)\}/g, (_, index) => String(args[Number(index)])),
}
