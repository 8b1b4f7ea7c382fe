; What a file defines: the name, and the node that its signature begins with.
(function_declaration name: (identifier) @name) @function
(generator_function_declaration name: (identifier) @name) @function
(class_declaration name: (identifier) @name) @class
(class name: (identifier) @name) @class
(method_definition name: (property_identifier) @name) @method
(field_definition property: (property_identifier) @name) @field
(program (lexical_declaration (variable_declarator name: (identifier) @name) @constant))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @constant)))
(program (variable_declaration (variable_declarator name: (identifier) @name) @constant))
(assignment_expression
  left: (member_expression object: [(identifier) (member_expression)] property: (property_identifier) @name)
  right: [(function_expression) (arrow_function) (class)] (#not-eq? @name "exports")) @function
(program (expression_statement (assignment_expression
  left: (member_expression property: (property_identifier) @name)) @constant) (#not-eq? @name "exports"))
(import_statement) @import
(export_statement source: (string)) @import
(variable_declarator value: (call_expression function: (identifier) @_f (#eq? @_f "require"))) @import
(variable_declarator value: (member_expression object: (call_expression function: (identifier) @_f (#eq? @_f "require")))) @import
; What objects at the top of a file have, and what constructors set.
(pair key: (property_identifier) @name value: [(function_expression) (arrow_function)]) @method
(program (expression_statement (assignment_expression right: (object (pair key: (property_identifier) @name) @field))))
(program (lexical_declaration (variable_declarator value: (object (pair key: (property_identifier) @name) @field))))
(program (export_statement (lexical_declaration (variable_declarator value: (object (pair key: (property_identifier) @name) @field)))))
(assignment_expression left: (member_expression object: (this) property: (property_identifier) @name)) @property
(expression_statement (assignment_expression
  left: (member_expression object: (identifier) @_m (#eq? @_m "module"))
  right: (call_expression function: (identifier) @_f (#eq? @_f "require")))) @import
