import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importsIn } from '../../../../../src/core/context/imports/importsIn.ts'
import type { GrammarName } from '../../../../../src/core/syntax/grammarOf.ts'

/** Each import as `from name alias`, with `*` for what is undefined. */
function read(grammar: GrammarName, text: string): string[] {
	return importsIn(grammar, text).map(({ from, name = '*', alias = '*' }) => `${from} ${name} ${alias}`)
}

const cases: readonly (readonly [GrammarName, string, readonly string[]])[] = [
	['typescript', "import { a, type b as c } from '@x/y'", ['@x/y a a', '@x/y b c']],
	['typescript', "import d, { a } from './d.js'", ['./d.js a a', './d.js * d']],
	['typescript', "import d, * as all from './d.js'", ['./d.js * d', './d.js * all']],
	['typescript', "import type { a } from '#x'", ['#x a a']],
	['typescript', "export * from './x'", ['./x * *']],
	['typescript', "export { a as b } from './x'", ['./x a b']],
	['typescript', "import './x.css'", ['./x.css * *']],
	['typescript', "import fs = require('./fs')", ['./fs * fs']],
	['javascript', "{ a, b: c } = require('./x')", ['./x a a', './x b c']],
	['javascript', "x = require('./x')", ['./x * x']],
	['python', 'from . import a, b as c', ['. a a', '. b c']],
	['python', 'from ..x.y import (\n\ta,  # why\n\tb,\n)', ['..x.y a a', '..x.y b b']],
	['python', 'from x import *', ['x * *']],
	['python', 'import x.y as z', ['x.y * z']],
	['python', 'import x.y', ['x.y * y', 'x * x']],
	['go', '"example.com/a/store"', ['example.com/a/store * store']],
	['go', 's "example.com/a/store"', ['example.com/a/store * s']],
	['go', '"example.com/yaml/v3"', ['example.com/yaml/v3 * yaml']],
	['go', '"gopkg.in/yaml.v3"', ['gopkg.in/yaml.v3 * yaml']],
	['go', '. "example.com/a"', ['example.com/a * *']],
	['rust', 'use crate::a::{b, c::{d as e, self}};', ['crate::a b b', 'crate::a::c d e', 'crate::a::c * c']],
	['rust', 'pub(crate) use super::*;', ['super * *']],
	['rust', 'mod store;', ['self::store * store']],
	['java', 'import a.b.C;', ['a.b.C C C']],
	['java', 'import static a.b.C.of;', ['a.b.C.of of of']],
	['java', 'import a.b.*;', ['a.b * *']],
	['kotlin', 'import a.b.C as D', ['a.b.C C D']],
	['csharp', 'using A.B;', ['A.B * *']],
	['csharp', 'global using static A.B.C;', ['A.B.C * *']],
	['csharp', 'using X = A.B.C;', ['A.B.C C X']],
	['php', 'use A\\B, C\\D as E;', ['A\\B B B', 'C\\D D E']],
	['php', 'use A\\{B, function c as d};', ['A\\B B B', 'A\\c c d']],
	['php', 'use function A\\b;', ['A\\b b b']],
	['c', '#include <uv/unix.h>', ['uv/unix.h * *']],
	['cpp', '#  include "../a.hpp"', ['../a.hpp * *']],
	['ruby', "require 'a/b'", ['a/b * *']],
	['ruby', "require_relative 'a/b'", ['./a/b * *']],
	['ruby', "require_relative '../a'", ['../a * *']],
	['ruby', "autoload :A, 'a/a'", ['a/a * *']],
]

describe('the names that an import takes', () => {
	it.each(cases)('%s: %s', (grammar, text, expected) => {
		expect(read(grammar, text)).toEqual(expected)
	})

	it('throws for no text, however much of it is written yet', () => {
		const half = fc.constantFrom(...cases).chain(([grammar, text]) => {
			return fc.record({ grammar: fc.constant(grammar), text: fc.nat(text.length).map((end) => text.slice(0, end)) })
		})
		fc.assert(fc.property(half, ({ grammar, text }) => Array.isArray(importsIn(grammar, text))))
	})
})
