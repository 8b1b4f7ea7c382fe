import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { argumentNodes, bare, calledName, nodesOf } from './cTree.ts'
import { declaredName } from './cTypes.ts'
import { leaves, named } from './cUses.ts'

/*
 * Memory and files that a function takes for itself, uses, and leaves without giving them back: no way out of it frees them, and nobody else gets them.
 */

const makingMemory =
	/^(?:malloc|calloc|strdup|strndup|wcsdup|aligned_alloc|memalign|valloc|_strdup|_wcsdup|g_malloc0?|g_strdup)$/
const opening = /^(?:fopen|fdopen|tmpfile|popen|freopen|_wfopen|fopen64|opendir)$/
/** They work with what they get and keep nothing of it. */
const borrowing =
	/^(?:mem(?:set|cpy|move|cmp|chr)|str(?:n?cpy|n?cat|n?cmp|n?casecmp|len|nlen|chr|rchr|str|spn|cspn|tok|tok_r)|wcs(?:n?cpy|n?cat|len)|v?s?n?printf|v?fprintf|puts|fputs|fgets|gets|fgetc|getc|fputc|putc|fread|fwrite|fseek|ftell|rewind|feof|ferror|fflush|fscanf|sscanf|scanf|getline|readdir|rewinddir|read|write|recv|send|recvfrom|sendto|pread|pwrite|ato(?:i|l|f|ll)|strto(?:l|ul|ll|ull|d)|bzero|bcopy|perror|qsort|bsearch|fileno|setvbuf|strlcpy|strlcat|gethostname|getcwd|realpath|isatty|assert)$/

/** A statement for each. @param body of a function that ends and leaves the program running */
export function leakedIn(c: C, body: CodeNode, name: string | undefined): Statement[] {
	if (name === 'main' || name === undefined || /\b(?:_?exit|abort|quick_exit|execv?[lpe]*)\s*\(/.test(textOf(c, body)))
		return []
	const found: Statement[] = []
	for (const it of nodesOf(body, declarators, false)) {
		const value = bare(childOf(it, 'value'))
		const declarator = childOf(it, 'declarator')
		const what = value && takenBy(c, value)
		const variable = declarator && declaredName(declarator)
		if (!what || !variable || variable.kind !== 'identifier' || isStatic(c, body, it)) continue
		if (declarator.kind !== 'pointer_declarator' && declarator.kind !== 'identifier') continue
		const isNamed = named(c, textOf(c, variable))
		const isVariable = (node: CodeNode): boolean => node.start !== variable.start && isNamed(node)
		if (!leaves(c, body, isVariable, (call, node, above) => isBorrowed(c, call, node, above)))
			found.push({ kind: 'expression', expression: intrinsic(what, value), ...spanOf(value) })
	}
	return found
}

const declarators: ReadonlySet<string> = new Set(['init_declarator'])

function takenBy(c: C, value: CodeNode): 'leakedMemory' | 'leakedFile' | undefined {
	if (value.kind === 'call_expression') {
		if (childOf(value, 'function')?.kind !== 'identifier') return undefined
		const name = calledName(c, value)
		return makingMemory.test(name) ? 'leakedMemory' : opening.test(name) ? 'leakedFile' : undefined
	}
	// An object may be entered somewhere by its own constructor.
	const isPlain = value.kind === 'new_expression' && !childOf(value, 'placement') && !childOf(value, 'arguments')
	return isPlain && childOf(value, 'type')?.kind === 'primitive_type' ? 'leakedMemory' : undefined
}

function isStatic(c: C, body: CodeNode, declarator: CodeNode): boolean {
	return nodesOf(body, declarations, false).some(
		(it) =>
			it.start <= declarator.start &&
			it.end >= declarator.end &&
			it.children.some((one) => one.kind === 'storage_class_specifier' || /^__attribute/.test(textOf(c, one))),
	)
}

const declarations: ReadonlySet<string> = new Set(['declaration'])

/** What a function of the C library does with a variable leaves it where it is. */
function isBorrowed(c: C, call: CodeNode, node: CodeNode, above: readonly CodeNode[]): boolean {
	const user = above.at(-1)
	if (!borrowing.test(calledName(c, call))) return false
	if (!argumentNodes(call).some((it) => it.start <= node.start && it.end >= node.end)) return false
	// Several of them give back what they got.
	return (
		user?.kind === 'expression_statement' ||
		/^(?:mem(?:cmp)|str(?:n?cmp|len|nlen|spn|cspn)|wcslen|f(?:read|write|seek|tell|eof|error|getc)|[sf]?scanf|feof|read|write|recv|send|v?s?n?printf|fgets|getline|readdir|ato\w+|strto\w+)$/.test(
			calledName(c, call),
		)
	)
}
