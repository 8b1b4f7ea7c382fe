import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { argumentNodes, bare, calledName, callsIn, each, givenIn, names, nodesOf, plainText } from './cTree.ts'
import { declaredName } from './cTypes.ts'
import { leaves, named } from './cUses.ts'

/*
 * Ways out of a function, or of a round of a loop, on which it keeps what it gives back on others: a `return` or `continue` between `open` and `close`.
 */

interface Kind {
	readonly makes: RegExp
	readonly releases: RegExp
	readonly fact: 'keptMemory' | 'keptFile'
}

const kinds: readonly Kind[] = [
	{
		makes:
			/^(?:malloc|calloc|strdup|strndup|wcsdup|aligned_alloc|memalign|valloc|_strdup|_wcsdup|realpath|getcwd|[kv]v?[mz]alloc(?:_array)?|kcalloc|kmemdup|kstrdup|memdup_user\w*)$/,
		releases: /^(?:free|v?kv?free(?:_sensitive)?|vfree|cfree)$/,
		fact: 'keptMemory',
	},
	{
		makes: /^(?:fopen|fopen64|fdopen|tmpfile|_wfopen|fmemopen|open_memstream)$/,
		releases: /^_?fclose$/,
		fact: 'keptFile',
	},
	{ makes: /^(?:popen|_popen)$/, releases: /^_?pclose$/, fact: 'keptFile' },
	{ makes: /^(?:opendir|fdopendir)$/, releases: /^closedir$/, fact: 'keptFile' },
	{
		makes:
			/^(?:open|openat|open64|creat|socket|accept4?|dup|epoll_create1?|inotify_init1?|eventfd|timerfd_create|signalfd|memfd_create|shm_open|mkstemps?|mkostemps?|_open|WSASocket[AW]?|accept_connection|pidfd_open)$/,
		releases: /^(?:close|closesocket|_close)$/,
		fact: 'keptFile',
	},
	{ makes: /^CreateFile(?:A|W|Mapping[AW]?)?$/, releases: /^CloseHandle$/, fact: 'keptFile' },
	{ makes: /^cJSON_(?:Create\w+|Parse\w*)$/, releases: /^cJSON_Delete$/, fact: 'keptMemory' },
	{ makes: /^(?:BN_new|BN_dup|BN_bin2bn)$/, releases: /^BN_(?:clear_)?free$/, fact: 'keptMemory' },
	{ makes: /^EVP_(?:MD|CIPHER)_CTX_new$/, releases: /^EVP_(?:MD|CIPHER)_CTX_free$/, fact: 'keptMemory' },
	{
		makes: /^xml(?:Read(?:File|Memory|Doc|Fd)|Parse(?:File|Memory|Doc)|NewDoc)$/,
		releases: /^xmlFreeDoc$/,
		fact: 'keptMemory',
	},
	{ makes: /^curl_easy_init$/, releases: /^curl_easy_cleanup$/, fact: 'keptMemory' },
	{ makes: /^json_(?:loads|loadf|load_file|loadb|object|array)$/, releases: /^json_decref$/, fact: 'keptMemory' },
]

/** They work with what they get, keep nothing of it, and give nothing that leads into it. */
const borrowing =
	/^(?:mem(?:set|cpy|move|cmp)|str(?:n?cpy|n?cat|n?cmp|n?casecmp|len|nlen|spn|cspn|lcpy|lcat|coll|error)|wcs(?:n?cpy|n?cat|len)|v?s?n?printf|v?[fd]printf|puts|fputs|fgets|fgetc|getc|fputc|putc|fread|fwrite|fseeko?|ftello?|rewind|feof|ferror|clearerr|fflush|[fs]?scanf|getline|getdelim|readdir(?:64)?|rewinddir|dirfd|p?read(?:v|64)?|p?write(?:v|64)?|recv(?:from|msg)?|send(?:to|msg|file)?|ato(?:i|l|f|ll)|strto(?:l|ul|ll|ull|d)|bzero|bcopy|perror|fileno|setvbuf|gethostname|isatty|assert|bind|listen|connect|[gs]etsockopt|fcntl|ioctl|fstat(?:at|64|vfs|fs)?|lseek(?:64)?|ftruncate(?:64)?|fsync|fdatasync|flock|lockf|fchmod|fchown|shutdown|get(?:peer|sock)name|posix_fadvise|posix_fallocate|stat|lstat|access|unlink|mkdir|syslog|inet_pton|inet_ntop|copy_from_user|copy_to_user|ReadFile|WriteFile|GetFileSize(?:Ex)?|SetFilePointer(?:Ex)?|BN_(?:set_word|hex2bn|add|sub|mod_exp|num_bits)|EVP_(?:Digest|Encrypt|Decrypt)\w*|EVP_MD_CTX_\w+|EVP_CIPHER_CTX_\w+|curl_easy_(?:setopt|perform|getinfo)|cJSON_(?:Add(?:String|Number|Bool|True|False|Null)\w*ToObject|IsObject|IsArray|IsString|GetArraySize))$/

/** Nobody comes back from these. */
const ending =
	/^(?:_?exit|_Exit|quick_exit|abort|errx?|verrx?|die\w*|fatal\w*|panic|bail\w*|usage|perror_exit|err_(?:sys|quit|dump)|exec[lv]p?e?|longjmp|siglongjmp|terminate|BUG|g_error|assert_fail|unreachable|__builtin_unreachable)$/

type State = 'held' | 'gone' | 'left'

interface Walk {
	readonly c: C
	readonly body: CodeNode
	readonly name: string
	readonly kind: Kind
	/** Variables that say whether there is such a thing. */
	readonly flags: ReadonlySet<string>
	/** The loop that the variable belongs to: who goes on in it loses what it holds. */
	readonly loop: CodeNode | undefined
	readonly isOfLoop: boolean
	readonly isMain: boolean
	readonly found: CodeNode[]
}

const mostResources = 40

/** A statement for each way out. @param body of a function */
export function keptOnAWay(c: C, body: CodeNode, name: string | undefined): Statement[] {
	const text = textOf(c, body)
	if (!/\b(?:\w*free\w*|\w*close\w*|cJSON_Delete|CloseHandle|curl_easy_cleanup|json_decref)\s*\(/.test(text)) return []
	const found = new Map<number, Statement>()
	let resources = 0
	each(body, (it) => {
		if (it.kind === 'lambda_expression') return false
		const given = givenIn(it)
		const call = bare(given?.value)
		if (!given || call?.kind !== 'call_expression' || childOf(call, 'function')?.kind !== 'identifier') return true
		const kind = kinds.find((one) => one.makes.test(calledName(c, call)))
		const target = it.kind === 'init_declarator' ? declaredName(given.target) : given.target
		if (!kind || target?.kind !== 'identifier' || resources >= mostResources) return true
		resources++
		for (const place of waysOf(c, body, textOf(c, target), it, kind, name === 'main')) {
			const span = spanOf(place)
			found.set(place.start, { kind: 'expression', expression: intrinsic(kind.fact, place), ...span })
		}
		return true
	})
	return [...found.values()]
}

function waysOf(c: C, body: CodeNode, name: string, made: CodeNode, kind: Kind, isMain: boolean): readonly CodeNode[] {
	const isReleased = callsIn(body).some((it) => it.start > made.start && releases(c, kind, name, it))
	if (!isReleased) return []
	const around = pathTo(body, made)
	const loop = around.findLast((it) => /^(?:for|while|do)_statement$|^for_range_loop$/.test(it.kind))
	const declared = declarationOf(c, body, name, made.start)
	// What others can see, or what keeps its value, is not of this call alone.
	if (!declared || /\bstatic\b|__attribute|_cleanup|autofree/.test(textOf(c, declared))) return []
	const walk: Walk = {
		c,
		body,
		name,
		kind,
		flags: flagsOf(c, body, name),
		loop,
		isOfLoop: loop !== undefined && declared.start > loop.start,
		isMain,
		found: [],
	}
	follow(walk, around, made)
	return walk.found
}

/** From where it is made to the end of the function, or of the round of the loop. */
function follow(walk: Walk, around: readonly CodeNode[], made: CodeNode): void {
	let state: State = 'held'
	for (let at = around.length - 1; at >= 0; at--) {
		const node = around[at] as CodeNode
		const inner = around[at + 1] ?? made
		if (node.kind === 'if_statement') {
			const condition = childOf(node, 'condition')
			const isInCondition = condition !== undefined && condition.start <= made.start && condition.end >= made.end
			if (isInCondition) state = branches(walk, node, 'held')
			continue
		}
		if (/^(?:while|for|do)_statement$|^for_range_loop$|^switch_statement$/.test(node.kind)) {
			// Made in the question of a loop, or only in some rounds: what becomes of it is not followed.
			const part = childOf(node, 'body')
			if (!part || made.start < part.start || node.kind === 'switch_statement') return
			if (walk.isOfLoop && node === walk.loop && state === 'held') walk.found.push(lastOf(part))
			return
		}
		if (node.kind === 'else_clause' || node.kind === 'init_statement') continue
		if (node.kind === 'compound_statement') {
			const all = namedChildren(node)
			const index = all.findIndex((it) => it.start <= inner.start && it.end >= inner.end)
			state = block(walk, all.slice(index + 1), state)
			if (state !== 'held') return
		} else if (/^(?:preproc_|case_|labeled_|lambda_|try_|catch_)/.test(node.kind)) return
	}
	if (state === 'held' && !walk.isMain && walk.loop === undefined) walk.found.push(lastOf(walk.body))
}

function lastOf(block: CodeNode): CodeNode {
	return namedChildren(block).at(-1) ?? block
}

function block(walk: Walk, statements: readonly CodeNode[], before: State): State {
	let state = before
	for (const it of statements) {
		if (state !== 'held') return state
		state = statement(walk, it)
	}
	return state
}

/** What becomes of what is held. */
function statement(walk: Walk, node: CodeNode): State {
	const { c, name } = walk
	switch (node.kind) {
		case 'comment':
			return 'held'
		case 'compound_statement':
			return block(walk, namedChildren(node), 'held')
		case 'labeled_statement':
			return block(walk, namedChildren(node).slice(1), 'held')
		case 'if_statement':
			return branches(walk, node, 'held')
		case 'for_statement':
		case 'while_statement':
		case 'do_statement': {
			const parts = ['initializer', 'condition', 'update'].map((it) => childOf(node, it))
			if (parts.some((it) => it && isGone(walk, it))) return 'gone'
			const condition = childOf(node, 'condition')
			if (condition && (asksFor(walk, condition) || isFlagged(walk, condition))) return 'gone'
			const body = childOf(node, 'body')
			const inner: Walk = { ...walk, loop: undefined, isOfLoop: false }
			return body && statement(inner, body) === 'gone' ? 'gone' : 'held'
		}
		case 'return_statement': {
			if (!names(c, node, name)) {
				if (!isFlagged(walk, node) && !walk.isMain) walk.found.push(node)
				return 'left'
			}
			if (isGone(walk, node) || walk.isMain) return 'left'
			walk.found.push(node)
			return 'left'
		}
		case 'goto_statement': {
			const label = childOf(node, 'label')
			if (label && !walk.isMain && !isNamedBehind(walk, textOf(c, label), node)) walk.found.push(node)
			return 'left'
		}
		case 'continue_statement':
			if (walk.isOfLoop) walk.found.push(node)
			return 'left'
		case 'break_statement':
			if (walk.isOfLoop) walk.found.push(node)
			return 'left'
		case 'expression_statement':
		case 'declaration': {
			if (callsIn(node).some((it) => ending.test(calledName(c, it)))) return 'left'
			return isGone(walk, node) ? 'gone' : 'held'
		}
		default:
			// A `switch`, code that depends on the preprocessor, and what else is not followed.
			return 'gone'
	}
}

function branches(walk: Walk, node: CodeNode, state: State): State {
	const condition = childOf(node, 'condition')
	if (!condition || state !== 'held') return 'gone'
	const asked = asksFor(walk, condition)
	if (!asked && (isFlagged(walk, condition) || isGone(walk, condition))) return 'gone'
	if (callsIn(condition).some((it) => releases(walk.c, walk.kind, walk.name, it))) return 'gone'
	const then = childOf(node, 'consequence')
	const alternative = childOf(node, 'alternative')
	const otherwise = alternative?.kind === 'else_clause' ? namedChildren(alternative)[0] : alternative
	const first: State = asked === 'missing' ? absent(walk, then) : then ? statement(walk, then) : 'held'
	const second: State = asked === 'there' ? absent(walk, otherwise) : otherwise ? statement(walk, otherwise) : 'held'
	if (first === 'left') return second
	if (second === 'left') return first
	return first === 'held' && second === 'held' ? 'held' : 'gone'
}

/** There is nothing to be given back on this branch: only whether it comes out again counts. */
function absent(walk: Walk, branch: CodeNode | undefined): State {
	if (!branch) return 'gone'
	const last =
		branch.kind === 'compound_statement'
			? namedChildren(branch)
					.filter((it) => it.kind !== 'comment')
					.at(-1)
			: branch
	if (!last) return 'gone'
	if (/^(?:return|goto|continue|break|throw)_statement$/.test(last.kind)) return 'left'
	return callsIn(last).some((it) => ending.test(calledName(walk.c, it))) ? 'left' : 'gone'
}

/** Whether a condition asks if there is such a thing: `!p`, `fd < 0`, or the other way round. */
function asksFor({ c, name }: Walk, condition: CodeNode): 'missing' | 'there' | undefined {
	const text = plainText(c, condition)
	const own = escapePattern(name)
	// Also where it is made in the question: `(fd = open(…)) < 0`.
	if (!new RegExp(`\\b${own}\\b`).test(text)) return undefined
	const none = '(?:NULL|nullptr|0|-1|INVALID_SOCKET|INVALID_HANDLE_VALUE|MAP_FAILED|\\(-1\\))'
	const it = `(?:\\b${own}|\\(${own}=.*\\))`
	if (
		new RegExp(
			`!${own}\\b|!\\(${own}=|${it}(?:==${none}|<0|<=0|<=-1)|\\b(?:IS_ERR|IS_ERR_OR_NULL|unlikely)\\(!?${own}\\b|(?:NULL|-1|0)==${own}\\b|\\b0>${own}\\b`,
		).test(text)
	)
		return 'missing'
	if (
		new RegExp(
			`^\\(*${own}\\)*$|^\\(*${own}=|${it}(?:!=${none}|>=0|>0|>-1)|(?:&&|\\|\\||\\()${own}(?:&&|\\|\\||\\)(?![=!<>]))|(?:NULL|-1|0)!=${own}\\b`,
		).test(text)
	)
		return 'there'
	return undefined
}

function isFlagged({ c, flags, name }: Walk, node: CodeNode): boolean {
	return flags.size > 0 && [...flags].some((it) => it !== name && names(c, node, it))
}

/** `ok = fd >= 0`, `failed = !p`, and what was copied from it. */
function flagsOf(c: C, body: CodeNode, name: string): ReadonlySet<string> {
	const found = new Set<string>()
	each(body, (it) => {
		const given = givenIn(it)
		const value = bare(given?.value)
		if (!given || !value || !names(c, value, name)) return true
		if (/^(?:binary_expression|unary_expression|conditional_expression|identifier)$/.test(value.kind)) {
			const target = it.kind === 'init_declarator' ? declaredName(given.target) : given.target
			if (target?.kind === 'identifier') found.add(textOf(c, target))
		}
		return true
	})
	return found
}

function releases(c: C, kind: Kind, name: string, call: CodeNode): boolean {
	return (
		kind.releases.test(calledName(c, call)) && argumentNodes(call).some((it) => plainText(c, bare(it) ?? it) === name)
	)
}

/** Whether what is held goes to anybody here, is given back or is something else afterwards. */
function isGone({ c, name, kind }: Walk, node: CodeNode): boolean {
	return leaves(c, node, named(c, name), (call) => isBorrowed(kind, calledName(c, call)))
}

function isBorrowed(kind: Kind, name: string): boolean {
	return borrowing.test(name) && !kind.releases.test(name)
}

/** What stands behind a label names it: there it is given back, or asked about. */
function isNamedBehind({ c, body, name }: Walk, label: string, from: CodeNode): boolean {
	const all = nodesOf(body, labels)
	const to = all.find((it) => {
		const own = childOf(it, 'label')
		return own !== undefined && textOf(c, own) === label
	})
	if (!to || to.start < from.start) return true
	return new RegExp(`\\b${escapePattern(name)}\\b`).test(c.text.slice(to.start, body.end))
}

const labels: ReadonlySet<string> = new Set(['labeled_statement'])

/** The nodes around a node, the outermost first. */
function pathTo(body: CodeNode, node: CodeNode): readonly CodeNode[] {
	const found: CodeNode[] = []
	let at: CodeNode | undefined = body
	while (at && at !== node && found.length < 200) {
		found.push(at)
		at = at.children.find((it) => it.isNamed && it.start <= node.start && it.end >= node.end)
	}
	return found
}

/** Where a variable of the function is declared. */
function declarationOf(c: C, body: CodeNode, name: string, before: number): CodeNode | undefined {
	let found: CodeNode | undefined
	for (const it of nodesOf(body, declarations, false)) {
		if (it.start > before) break
		const isOne = it.children.some((one) => {
			const own = one.isNamed
				? declaredName(one.kind === 'init_declarator' ? childOf(one, 'declarator') : one)
				: undefined
			return own !== undefined && textOf(c, own) === name
		})
		if (isOne) found = it
	}
	return found
}

const declarations: ReadonlySet<string> = new Set(['declaration'])
