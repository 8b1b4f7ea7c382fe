import { escapePattern } from '../../shared/escapePattern.ts'

/** Puts `~` in the place of the home folder wherever it occurs, so that logs and reports do not tell the user's name. */
export function shortenHome(text: string, homeDir: string): string {
	const home = homeDir.replace(/[/\\]+$/, '')
	if (home === '') return text
	// Windows paths come with either slash and any case of the drive letter.
	const pattern = home.split(/[/\\]/).map(escapePattern).join('[/\\\\]')
	const flags = /^[a-zA-Z]:/.test(home) ? 'gi' : 'g'
	return text.replace(new RegExp(`${pattern}(?=$|[/\\\\\\s"':,;)])`, flags), '~')
}
