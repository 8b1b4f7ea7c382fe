import { describe, expect, it } from 'vitest'
import { promptMarkersOf } from '../../../src/engine/llama/promptMarkers.ts'

const none = { prefix: null, suffix: null, middle: null }

/** A made-up vocabulary. `known`: those that llama.cpp finds, in the order prefix, suffix, middle. */
function markersIn(names: readonly string[], known: readonly string[] = []) {
	const texts = ['<unk>', 'a', ...names, 'b']
	const [prefix = null, suffix = null, middle = null] = known.map((name) => texts.indexOf(name))
	const { fim, files } = promptMarkersOf({ texts, infill: known.length === 0 ? none : { prefix, suffix, middle } })
	const textOf = (token: number | undefined) => (token === undefined ? undefined : texts[token])
	const { order } = fim
	return {
		order,
		fim: order === 'none' ? [] : [fim.prefix, fim.suffix, fim.middle].map(textOf),
		files: files && { ...files, separator: textOf(files.separator), repository: textOf(files.repository) },
	}
}

describe('the markers of a vocabulary', () => {
	it.each([
		['Qwen2.5-Coder', ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>']],
		['StarCoder and Granite', ['<fim_prefix>', '<fim_suffix>', '<fim_middle>']],
		['DeepSeek-Coder', ['<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>']],
		['CodeLlama', ['▁<PRE>', '▁<SUF>', '▁<MID>']],
	])('show the prefix first to %s', (_family, names) => {
		expect(markersIn(names.toReversed(), names)).toMatchObject({ order: 'prefixSuffixMiddle', fim: names })
	})

	it('show the suffix first to Seed-Coder, whether or not the file names its tokens', () => {
		const names = ['<[fim-prefix]>', '<[fim-suffix]>', '<[fim-middle]>']
		for (const known of [[], names]) {
			expect(markersIn(names, known)).toMatchObject({ order: 'suffixPrefixMiddle', fim: names })
		}
	})

	it('show the suffix first and no middle token to Mistral', () => {
		const names = ['[PREFIX]', '[MIDDLE]', '[SUFFIX]']
		const expected = { order: 'suffixPrefixMiddle', fim: ['[PREFIX]', '[SUFFIX]', undefined] }
		expect(markersIn(names)).toMatchObject(expected)
		expect(markersIn(names, ['[PREFIX]', '[SUFFIX]', '[MIDDLE]'])).toMatchObject(expected)
	})

	it('are those that the file names, where there are others of another family', () => {
		const names = ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>']
		const found = markersIn(['[PREFIX]', '[SUFFIX]', ...names], names)
		expect(found).toMatchObject({ order: 'prefixSuffixMiddle', fim: names })
	})

	it('show the suffix first where there is no middle token', () => {
		const names = ['<pre>', '<suf>']
		expect(markersIn(names, names)).toMatchObject({ order: 'suffixPrefixMiddle', fim: [...names, undefined] })
	})

	it('are none where there are none', () => {
		expect(markersIn([])).toEqual({ order: 'none', fim: [], files: undefined })
		expect(markersIn(['[PREFIX]', '<reponame>'])).toEqual({ order: 'none', fim: [], files: undefined })
	})

	it.each([
		[['<|file_sep|>', '<|repo_name|>'], '<|file_sep|>', '<|repo_name|>', 'lines'],
		[['<repo_name>', '<file_sep>'], '<file_sep>', '<repo_name>', 'joined'],
		[['<|file_separator|>'], '<|file_separator|>', undefined, 'lines'],
	])('for files are found in %j', (names, separator, repository, form) => {
		expect(markersIn(names).files).toEqual({ separator, repository, form })
	})

	it('for files are those that the file names', () => {
		const texts = ['<|file_sep|>', '<|repo_name|>', '<one>', '<two>']
		const { files } = promptMarkersOf({ texts, infill: none, separator: 2, repository: 3 })
		expect(files).toEqual({ separator: 2, repository: 3, form: 'lines' })
	})
})
