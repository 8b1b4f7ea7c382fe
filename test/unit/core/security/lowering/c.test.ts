import { describe, expect, it } from 'vitest'
import { lowerC } from '../../../../../src/core/security/lowering/c/lowerC.ts'
import { testParser } from '../../../../parseForTest.ts'
import { testGoldenIr } from './goldenIr.ts'

const parser = testParser()

describe('lowerC', () => {
	testGoldenIr('c', lowerC, '# c')

	it.each(['c', 'cpp'] as const)('goes as deep as trees go: %s', async (grammar) => {
		const deep = `int a = ${'f('.repeat(5_000)}1${')'.repeat(5_000)}; int b = ${'1 + '.repeat(3_000)}1;`
		const ir = lowerC(await parser.parse(grammar, deep))
		expect(ir.gaps.length).toBeGreaterThan(0)
	})

	it('leaves out jumps that lead in circles', async () => {
		const jumps = Array.from({ length: 30 }, (_, at) => `l${at}: if (a) goto l${(at * 7) % 30}; a++;`).join('\n')
		const ir = lowerC(await parser.parse('c', `void f(int a) {\n${jumps}\n}`))
		expect(JSON.stringify(ir).length).toBeLessThan(3_000_000)
	})

	it('reads what signs of patterns stand in as the text that it is', async () => {
		const code = await parser.parse(
			'cpp',
			`static int share(int total, int parts) { return total / parts; }
			int merged(const Histogram &other, int total) {
				if (merge(*static_cast<const Windowing *>(&other)) < 0) return 0;
				return share(total, *static_cast<const int *>(&other.count));
			}`,
		)
		expect(lowerC(code).body.map((it) => it.kind)).toEqual(['function', 'function'])
	})
})
