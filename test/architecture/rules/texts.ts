import type { Breach } from '../sources.ts'

export interface TextFile {
	readonly path: string
	readonly text: string
}

/** Paths that exist on one person's machine only. */
const machinePaths: readonly RegExp[] = [
	/(?<![\w.-])\/(?:work|root)\/[\w.-]+/,
	/(?<![\w.-])\/home\/(?!you\b|user\b|me\b)[\w.-]+/,
	/(?<![\w.-])\/Users\/(?!you\b|user\b|me\b)[\w.-]+/,
	/\b[A-Z]:\\Users\\(?!you\b|user\b|me\b)[\w.-]+/,
	/(?<![\w./-])\/tmp\/[\w.-]+/,
]

export function machinePathBreaches(files: readonly TextFile[]): Breach[] {
	return files.flatMap(({ path, text }) =>
		text.split('\n').flatMap((line, index) => {
			const found = machinePaths.map((pattern) => pattern.exec(line)?.[0]).find((match) => match !== undefined)
			return found === undefined ? [] : [{ path, line: index + 1, message: `names a path of one machine: ${found}` }]
		}),
	)
}

/** Links between documents lead to files that are there. */
export function linkBreaches(files: readonly TextFile[], exists: (path: string) => boolean): Breach[] {
	return files.flatMap(({ path, text }) =>
		text.split('\n').flatMap((line, index) =>
			[...line.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
				if (/^([a-z]+:|#)/.test(target)) return []
				const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
				const file = new URL(target, `file:///${folder}`).pathname.slice(1)
				return exists(decodeURI(file)) ? [] : [{ path, line: index + 1, message: `${target} is not there` }]
			}),
		),
	)
}
