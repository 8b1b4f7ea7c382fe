import type { SyntaxNode } from './syntaxNode.ts'

/**
 * What a name does where it stands: `introduced` gives it a meaning (a variable, a parameter, an import), `member` says what something
 * else has (behind a dot, the key of an argument), `free` means what the file or the language knows by that name.
 */
export type NameRole = 'introduced' | 'member' | 'free'

const farthest = 8
/** Fields that hold what is used, not what is named. */
const uses = ['type', 'value', 'default_value', 'return_type', 'right', 'default', 'superclass']
/** Grammars that tell a member from a name by itself. */
const memberLeaf = /^(property_identifier|field_identifier|shorthand_field_identifier|private_property_identifier)$/
const keyed =
	/^(keyword_argument|named_argument|argument|keyed_element|field_initializer|pair|hash_key_symbol|name_colon|jsx_attribute)$/
const naming =
	/(declaration|declarator|definition|signature|_item|_spec|_specifier|parameter|variant|entry|enum_assignment|named_expression|^class|^module|^method|^singleton_method|^function|^generator_function|^const_element|^enum_case)$/
const importing =
	/^(import|use_declaration|extern_crate|using_directive|namespace_use|export_clause|aliased_import|preproc_include)/
const assigning =
	/^(assignment|short_var_declaration|for_in_statement|for_statement|for_in_clause|range_clause|foreach_statement|assignment_statement|multiple_assignment)$/
const parameters =
	/^(formal_parameters|parameters|lambda_parameters|closure_parameters|block_parameters|method_parameters|parameter_list|class_parameters|function_value_parameters|implicit_parameter|as_pattern_target|catch_formal_parameter|exception_variable|catch_clause|type_parameters|type_parameter|variable_list)$/
/** Between a name and what gives it a meaning. */
const passing =
	/pattern|declarator|parameter|splat|^(identifier_list|expression_list|left_assignment_list|tuple|list|literal_element|variable_name|namespace_name|dotted_name|import_specifier|named_imports|namespace_import|import_clause|use_list|scoped_use_list|use_as_clause|scoped_identifier|use_wildcard|variable_declaration|multi_variable_declaration|destructured_parameter|destructured_left_assignment)$/

/** @param leaf a name @param before the character that stands before it, and the one before that */
export function roleOfName(leaf: SyntaxNode, before: string): NameRole {
	if (memberLeaf.test(leaf.type)) return isNameOf(leaf.parent, leaf) ? 'introduced' : 'member'
	if (leaf.type === 'shorthand_property_identifier_pattern') return 'introduced'
	if (isIntroduced(leaf)) return 'introduced'
	if (/(?:^|[^.])\.$|->$|::$/.test(before)) return 'member'
	return isKey(leaf) ? 'member' : 'free'
}

function isIntroduced(leaf: SyntaxNode): boolean {
	let node = leaf
	for (let step = 0; step < farthest; step++) {
		const { parent } = node
		if (!parent) return false
		if (importing.test(parent.type)) return true
		if (isField(parent, node, ...uses) && parent.type !== 'pair_pattern') return false
		if (isNameOf(parent, node) || parameters.test(parent.type)) return true
		if (isField(parent, node, 'pattern') || (isField(parent, node, 'left') && assigns(parent, node))) return true
		// Kotlin has no field for it.
		if (parent.type === 'variable_declaration' && node === leaf) return true
		if (!passing.test(parent.type)) return false
		node = parent
	}
	return false
}

/** JavaScript's `a = 1` means an `a` that there is; PHP's `$a = 1` makes one. */
function assigns(parent: SyntaxNode, left: SyntaxNode): boolean {
	return assigning.test(parent.type) || (parent.type === 'assignment_expression' && left.type === 'variable_name')
}

function isNameOf(parent: SyntaxNode | null, node: SyntaxNode): boolean {
	if (!parent || !naming.test(parent.type)) return false
	return isField(parent, node, 'name', 'declarator', 'alias')
}

function isKey(leaf: SyntaxNode): boolean {
	const { parent } = leaf
	if (parent?.type === 'literal_element') return isKey(parent)
	return parent !== null && keyed.test(parent.type) && isField(parent, leaf, 'name', 'key')
}

function isField(parent: SyntaxNode, node: SyntaxNode, ...fields: readonly string[]): boolean {
	return fields.some((field) => parent.childForFieldName(field)?.id === node.id)
}
