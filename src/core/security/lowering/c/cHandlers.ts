import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf } from './cContext.ts'
import { calledName, callsIn } from './cTree.ts'

/*
 * A signal comes in the middle of anything, also of `malloc`. What a handler calls must not wait for what was interrupted.
 */

/** They take locks of the library, or memory. */
const unsafe =
	/^(?:v?[fsda]?n?printf|v?asprintf|v?dprintf|f?puts|f?putc|putchar|perror|f?gets|fget[cs]|getchar|fopen|fclose|fflush|fwrite|fread|freopen|fseek|malloc|calloc|realloc|free|strdup|strndup|exit|v?syslog|openlog|localtime|gmtime|ctime|asctime|strftime|mktime|getpw\w+|getgr\w+|gethostby\w+|getaddrinfo|pthread_mutex_lock|pthread_create|system|popen|strerror|strsignal|setlocale|dlopen|rand|random|g_\w+|sd_notify|printk|notify_(?:one|all))$/
/** They end the program, where it is broken anyway. */
const ending = /^(?:abort|raise|_exit|_Exit|quick_exit|__builtin_trap|kill)$/

/** A statement at what a function calls that handles signals, where that must not be called then. */
export function unsafeInHandler(c: C, name: string | undefined, body: CodeNode): Statement[] {
	if (name === undefined || !c.types.handlers.has(name)) return []
	const calls = callsIn(body)
	if (calls.some((it) => ending.test(calledName(c, it)))) return []
	const place = calls.find((it) => isUnsafe(c, it, 0))
	return place ? [{ kind: 'expression', expression: intrinsic('inHandler', place), ...spanOf(place) }] : []
}

function isUnsafe(c: C, call: CodeNode, depth: number): boolean {
	const name = calledName(c, call)
	const own = c.types.defined.get(name)
	if (!own) return childOf(call, 'function')?.kind !== 'field_expression' && unsafe.test(name)
	const [only] = own
	const body = own.length === 1 && only ? childOf(only, 'body') : undefined
	return depth < 2 && body !== undefined && callsIn(body).some((it) => isUnsafe(c, it, depth + 1))
}
