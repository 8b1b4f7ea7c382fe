import { describe, expect, it } from 'vitest'
import type { GrammarName } from '../../../src/core/syntax/grammarOf.ts'
import { type NameSources, unknownNames } from '../../../src/core/syntax/unknownNames.ts'

const check = {
	newErrors: 0,
	keep: 10,
	missingClosers: '',
	newNames: ['print', 'lower', 'strange', 'member', 'ours', 'go'],
	freeNames: ['print', 'strange', 'ours', 'go'],
}

function sources(over: Partial<NameSources> = {}): NameSources {
	return {
		grammar: 'python',
		text: 'import os\n',
		filesRead: undefined,
		inWorkspace: (name) => name === 'ours',
		inLibrary: (name) => name === 'print' || name === 'lower',
		...over,
	}
}

describe('names that come from nowhere', () => {
	it('are in neither the workspace nor the library, once enough of the workspace was read', () => {
		expect(unknownNames(check, sources({ filesRead: 20 }))).toEqual(['strange', 'member'])
		const inLibrary = undefined
		expect(unknownNames(check, sources({ filesRead: 20, inLibrary }))).toEqual(['print', 'lower', 'strange', 'member'])
	})

	it('are not told from those of packages where little was read: members are not judged', () => {
		expect(unknownNames(check, sources({ filesRead: 19 }))).toEqual(['strange'])
		expect(unknownNames(check, sources())).toEqual(['strange'])
		const { freeNames, ...older } = check
		expect(freeNames).toHaveLength(4)
		expect(unknownNames(older, sources())).toBeUndefined()
		expect(unknownNames(check, sources({ inLibrary: undefined }))).toBeUndefined()
	})

	const told: readonly (readonly [GrammarName, string, number | undefined, boolean])[] = [
		['typescript', "import { a } from 'b'\n", undefined, true],
		['tsx', 'export function A() {}\n', undefined, true],
		['javascript', "const a = require('b')\n", undefined, true],
		['javascript', 'var a = 1\n', undefined, false],
		['javascript', 'var a = 1\n', 5, false],
		['python', 'a = 1\n', undefined, true],
		['python', 'from a import *\n', 5, false],
		['go', 'package a\n', undefined, false],
		['go', 'package a\n', 5, true],
		['go', 'package a\nimport . "fmt"\n', 5, false],
		['rust', 'use super::*;\n', 5, true],
		['rust', 'use super::*;\n', undefined, false],
		['rust', 'use rayon::prelude::*;\n', 5, false],
		['rust', 'use a::{b, c::*};\n', 5, false],
		['java', 'import a.B;\n', 5, false],
		['c', '#include <a.h>\n', 5, false],
		['ruby', 'require "a"\n', 5, false],
	]
	it.each(told)('%s %j, %s files read: told %s', (grammar, text, filesRead, isTold) => {
		expect(unknownNames(check, sources({ grammar, text, filesRead }))).toEqual(isTold ? ['strange'] : undefined)
	})
})
