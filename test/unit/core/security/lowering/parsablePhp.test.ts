import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsablePhp, phpOfBlade } from '../../../../../src/core/security/lowering/php/parsablePhp.ts'
import { testParser } from '../../../../parseForTest.ts'

const parser = testParser()

describe('the PHP of a template of Blade', () => {
	it.each([
		['<h1>{!! $title !!}</h1>', '<h1><?= $title  ?></h1>'],
		['{{ $title }} @{!! shown !!}', '{{ $title }} @{!! shown !!}'],
		['{{-- {!! $old !!} --}}{!! a() !!}', `${' '.repeat(22)}<?= a()  ?>`],
		['@php\n  $a = 1;\n@endphp x', '<?  \n  $a = 1;\n?>      x'],
		['@php\n$a = 1;\n@endphp x', '<?  \n$a = 1;\n?>      x'],
		['@php($a = 1) {!! never', '@php($a = 1) {!! never'],
	])('%s', async (template, code) => {
		expect(phpOfBlade(template)).toBe(code)
		expect((await parser.parse('php', code)).errors).toEqual([])
	})

	it('is looked for in templates alone', () => {
		expect(parsablePhp('<?php $a = "{!! b !!}";', 'a.php')).toBe('<?php $a = "{!! b !!}";')
		expect(parsablePhp('{!! b !!}', 'views/a.blade.php')).toBe('<?= b  ?>')
	})

	it('keeps every piece where it is, in any text', () => {
		const sign = fc.constantFrom('a', '{!!', '!!}', '{{--', '--}}', '@php', '@endphp', '@', ' ', '\n ', '{{', '}}')
		fc.assert(
			fc.property(fc.array(sign), (signs) => {
				const text = signs.join('')
				expect(phpOfBlade(text).length).toBe(text.length)
			}),
		)
	})

	it('takes no time that grows with the square of the text', () => {
		for (const piece of ['{!!', '{{--', '@php  ', '{!! a !!}']) {
			const text = piece.repeat(200_000)
			expect(phpOfBlade(text).length).toBe(text.length)
		}
	})
})
