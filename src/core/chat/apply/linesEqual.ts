/** Whether lines are the same but for blanks. */
export function linesEqual(a: string, b: string): boolean {
	return a === b || a.trim().replaceAll(/\s+/g, ' ') === b.trim().replaceAll(/\s+/g, ' ')
}
