import type { Breach } from '../sources.ts'

export interface TextFile {
	readonly path: string
	readonly text: string
}

/** Folders in which a whole machine is somebody's workplace. */
export const workplacePaths: readonly RegExp[] = [/(?<![\w.-])\/(?:work|root)\/[\w.-]+/]

/** Folders of one person or one run; a test may make some up. */
export const personalPaths: readonly RegExp[] = [
	/(?<![\w.-])\/(?:home|Users)\/(?!you\b|user\b|me\b)[\w.-]+/,
	/\b[A-Z]:\\Users\\(?!you\b|user\b|me\b)[\w.-]+/,
	/(?<![\w./-])\/tmp\/[\w.-]+/,
]

export function pathBreaches(files: readonly TextFile[], patterns: readonly RegExp[]): Breach[] {
	return files.flatMap(({ path, text }) =>
		text.split('\n').flatMap((line, index) => {
			const found = patterns.map((pattern) => pattern.exec(line)?.[0]).find((match) => match !== undefined)
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
