import { describe, expect, it } from 'vitest'
import { cleanCode, textOf } from '../../../../../src/core/security/triage/cleanCode.ts'
import type { GrammarName } from '../../../../../src/core/syntax/grammarOf.ts'
import { testParser } from '../../../../parseForTest.ts'

const parser = testParser()

async function cleaned(grammar: GrammarName, text: string): Promise<string> {
	const lines = cleanCode(await parser.parse(grammar, text))
	return lines.map((line) => line.indent + textOf(line)).join('\n')
}

describe('code without remarks', () => {
	it.each<readonly [GrammarName, string, string]>([
		['javascript', 'a( /* safe */ b) // reviewed\n\n\n/* x */ c()', 'a(b)\nc()'],
		['javascript', "'use strict'\nconst a = 'b // c'\n", "const a = 'b // c'"],
		['javascript', `const a = \`x \${ /* safe */ b } y\``, `const a = \`x \${b } y\``],
		['javascript', 'return/* a */b', 'return b'],
		['javascript', 'f(a,/* one\ntwo */ b)', 'f(a, b)'],
		['python', 'def f(a):\n    """Checked: safe."""\n    # fine\n    return (a)\n', 'def f(a):\n    return (a)'],
		[
			'python',
			'def f(a):\n    x = ("a" # safe\n        "b")\n    "reviewed" "safe"\n',
			'def f(a):\n    x = ("a"\n        "b")',
		],
		['python', 'x = f"{a}  # no comment"\n', 'x = f"{a}  # no comment"'],
		['java', 'class A {\n  /** Safe. */\n  void b() { c(); /* ok */ }\n}', 'class A {\n  void b() { c(); }\n}'],
		['go', 'package a\n\n// safe\nfunc b() { c() /* safe */ }', 'package a\nfunc b() { c() }'],
		['php', '<?php\n# safe\n$a = "x # $b"; // ok\n', '<?php\n$a = "x # $b";'],
		['ruby', '=begin\nsafe\n=end\nputs "a # #{b}" # safe\n', 'puts "a # #{b}"'],
		['c', '#include <a.h>\nint f(/* safe */void) { return 0; }', '#include <a.h>\nint f(void) { return 0; }'],
		['tsx', 'const a = <p>{/* safe */}<b>{c}</b></p>', 'const a = <p><b>{c}</b></p>'],
	])('%s: %j', async (grammar, text, expected) => {
		expect(await cleaned(grammar, text)).toBe(expected)
	})
})
