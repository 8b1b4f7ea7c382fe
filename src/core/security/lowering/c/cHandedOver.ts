import { escapePattern } from '../../../../shared/escapePattern.ts'
import type { Statement } from '../../ir/ir.ts'
import { type CodeNode, childOf, namedChildren } from '../../tree/codeNode.ts'
import { type C, intrinsic, spanOf, textOf } from './cContext.ts'
import { argumentNodes, bare, calledName, callsIn, each, givenIn, nodesOf, plainText } from './cTree.ts'

/*
 * Libraries in which a part belongs to the whole that it was added to, and goes with it: who frees it as well frees it twice.
 */

interface HandOver {
	readonly call: RegExp
	/** Which arguments belong to somebody else from then on. */
	readonly argument: number
	readonly releases: RegExp
	/** Something else has to be called as well, for the owner to be gone. */
	readonly owner?: RegExp
}

const handOvers: readonly HandOver[] = [
	{ call: /^cJSON_AddItemToObject(?:CS)?$/, argument: 2, releases: /^cJSON_Delete$/ },
	{ call: /^cJSON_(?:AddItemToArray|InsertItemInArray)$/, argument: 1, releases: /^cJSON_Delete$/ },
	{ call: /^cJSON_InsertItemInArray$/, argument: 2, releases: /^cJSON_Delete$/ },
	{ call: /^cJSON_ReplaceItemIn(?:Object|Array)$/, argument: 2, releases: /^cJSON_Delete$/ },
	{ call: /^json_object_object_add(?:_ex)?$/, argument: 2, releases: /^json_object_put$/ },
	{ call: /^json_object_array_(?:add)$/, argument: 1, releases: /^json_object_put$/ },
	{ call: /^json_object_set_new(?:_nocheck)?$/, argument: 2, releases: /^json_decref$/ },
	{ call: /^json_array_append_new$/, argument: 1, releases: /^json_decref$/ },
	{ call: /^json_array_(?:set|insert)_new$/, argument: 2, releases: /^json_decref$/ },
	{
		call: /^xml(?:AddChild|AddSibling|AddNextSibling|AddPrevSibling|DocSetRootElement)$/,
		argument: 1,
		releases: /^xmlFreeNode$/,
	},
	{ call: /^SSL_set_bio$/, argument: 1, releases: /^BIO_(?:v?free|free_all)$/ },
	{ call: /^SSL_set_bio$/, argument: 2, releases: /^BIO_(?:v?free|free_all)$/ },
	{ call: /^SSL_CTX_set_cert_store$/, argument: 1, releases: /^X509_STORE_free$/ },
	{ call: /^SSL_CTX_add_extra_chain_cert$/, argument: 1, releases: /^X509_free$/ },
	{ call: /^EVP_PKEY_assign(?:_\w+)?$/, argument: 1, releases: /^(?:RSA|EC_KEY|DSA|DH)_free$/ },
	{ call: /^(?:RSA|DSA|DH)_set0_key$/, argument: 1, releases: /^BN_(?:clear_)?free$/ },
	{ call: /^(?:RSA|DSA|DH)_set0_key$/, argument: 2, releases: /^BN_(?:clear_)?free$/ },
	{ call: /^ECDSA_SIG_set0$/, argument: 1, releases: /^BN_(?:clear_)?free$/ },
	{ call: /^fdopen$/, argument: 0, releases: /^close$/, owner: /\bfclose\s*\(/ },
	{ call: /^fdopendir$/, argument: 0, releases: /^close$/, owner: /\bclosedir\s*\(/ },
	{ call: /^MHD_create_response_from_fd$/, argument: 1, releases: /^close$/ },
	{ call: /^(?:g_bytes_new_take|g_string_new_take|g_byte_array_new_take)$/, argument: 0, releases: /^(?:g_)?free$/ },
	{ call: /^putenv$/, argument: 0, releases: /^free$/ },
]

/** A statement for each part that is freed behind the call which gave it away, whatever way is taken. */
export function freedByOwner(c: C, body: CodeNode): Statement[] {
	const text = textOf(c, body)
	if (
		!/\b(?:cJSON_|json_|xmlAdd|xmlDocSet|SSL_|EVP_PKEY_assign|\w+_set0|fdopen|MHD_create|g_\w+_new_take|putenv)/.test(
			text,
		)
	)
		return []
	const found: Statement[] = []
	for (const block of nodesOf(body, blocks)) {
		const all = namedChildren(block)
		for (const [at, it] of all.entries()) {
			for (const call of directCalls(it)) {
				for (const one of handOvers) {
					if (!one.call.test(calledName(c, call)) || (one.owner && !one.owner.test(text))) continue
					const part = bare(argumentNodes(call)[one.argument])
					const release =
						part?.kind === 'identifier' ? releasedAfter(c, textOf(c, part), one, it, all.slice(at + 1)) : undefined
					if (release)
						found.push({ kind: 'expression', expression: intrinsic('freedByOwner', release), ...spanOf(release) })
				}
			}
		}
	}
	return found
}

const blocks: ReadonlySet<string> = new Set(['compound_statement'])

/** Calls of a statement whose result nobody asks for, or which is kept in a variable. */
function directCalls(statement: CodeNode): readonly CodeNode[] {
	if (statement.kind !== 'expression_statement' && statement.kind !== 'declaration') return []
	return callsIn(statement).slice(0, 1)
}

/** The first release of it behind its hand-over, if nothing leaves or changes it in between. */
function releasedAfter(
	c: C,
	name: string,
	{ releases }: HandOver,
	given: CodeNode,
	rest: readonly CodeNode[],
): CodeNode | undefined {
	const results = resultsOf(c, given)
	for (const it of rest) {
		if (/^(?:return|goto|break|continue)_statement$/.test(it.kind) || it.kind === 'labeled_statement') return undefined
		let found: CodeNode | undefined
		let isChanged = false
		each(it, (at) => {
			if (found || isChanged) return false
			const to = givenIn(at)
			if (to && plainText(c, to.target) === name) isChanged = true
			// What is done where the hand-over failed is right.
			const condition = at.kind === 'if_statement' ? childOf(at, 'condition') : undefined
			if (condition && asksFor(c, condition, [...results, name])) return false
			if (at.kind !== 'call_expression') return !isChanged
			const called = calledName(c, at)
			const isOne = argumentNodes(at).some((one) => plainText(c, bare(one) ?? one) === name)
			if (isOne && /_ref$|_up_ref$|incref$|Detach|^dup$|_get$/.test(called)) isChanged = true
			else if (isOne && releases.test(called)) found = at
			return true
		})
		if (found) return found
		if (isChanged) return undefined
	}
	return undefined
}

function resultsOf(c: C, statement: CodeNode): readonly string[] {
	const found: string[] = []
	each(statement, (it) => {
		const given = givenIn(it)
		if (given) found.push(plainText(c, given.target).replace(/^\*+/, ''))
		return true
	})
	return found
}

function asksFor(c: C, condition: CodeNode, written: readonly string[]): boolean {
	const text = plainText(c, condition)
	return written.some((it) => new RegExp(`(?:^|[^\\w])${escapePattern(it)}(?![\\w])`).test(text))
}
