import type { FencedBlock } from '../../../shared/fencedBlocks.ts'

const path = /^(?:\.\/)?(?:[\w@.+-]+\/)*[\w@.+-]+\.\w{1,8}$/

/** The file that a block says it is for: behind its fence, or in a comment on its first line. Relative, with `/`; never leads out of its folder. */
export function pathOfBlock({ info, code }: Pick<FencedBlock, 'info' | 'code'>): string | undefined {
	const titled = /\b(?:title|file(?:name|path)?|path)=["']?([^"'\s]+)/.exec(info)?.[1]
	const words = info.split(/[\s:]+/).slice(1)
	const [first = ''] = code.split('\n', 1)
	const comment = /^\s*(?:\/\/|#|--|;|\/\*|<!--)\s*(?:file(?:name)?:\s*)?(\S+?)\s*(?:\*\/|-->)?\s*$/i.exec(first)?.[1]
	const named = [titled, ...words, comment].find((it) => it !== undefined && path.test(it) && it.includes('.'))
	const clean = named?.replace(/^\.\//, '')
	return clean?.split('/').includes('..') ? undefined : clean
}
