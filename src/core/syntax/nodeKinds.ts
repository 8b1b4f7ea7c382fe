import type { SyntaxNode } from './syntaxNode.ts'

/** Code inside of a string: `${name}`, `{name}`, `$(command)`. */
const interpolation =
	/^(template_substitution|interpolation|interpolated_expression|string_interpolation|expansion|simple_expansion|command_substitution|jsx_expression)$/
const string =
	/(^|_)(string|strings|heredoc|template_string|char_literal|character_literal|rune_literal|character)($|_)|^(encapsed_string|regex|regex_pattern|jsx_text|attribute_value|quoted_attribute_value)$/
/** Named after strings, and none. */
const noString = /^(string_array|string_type|heredoc_redirect|jsx_expression)$/
const comment = /comment$/
const definition =
	/^(function|method|class|interface|struct|enum|impl|trait|module|namespace|constructor|record|object|union|singleton_method|internal_module|abstract_class|generator_function|local_function|type_alias)(_definition|_declaration|_item|_specifier|_statement|_spec)?$/

/** What the characters between two nodes' ends are. */
export type NodeKind = 'comment' | 'string' | 'interpolation' | 'definition' | 'other'

export function kindOf({ type, isNamed }: Pick<SyntaxNode, 'type' | 'isNamed'>): NodeKind {
	// The keyword `string` of a type, `class`, `function`: tokens, not what they begin.
	if (!isNamed) return 'other'
	if (comment.test(type)) return 'comment'
	if (interpolation.test(type)) return 'interpolation'
	if (definition.test(type)) return 'definition'
	return string.test(type) && !noString.test(type) ? 'string' : 'other'
}
