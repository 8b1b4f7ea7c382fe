; What a file defines: the name, and the node that its signature begins with.
(function_declaration name: (identifier) @name) @function
(generator_function_declaration name: (identifier) @name) @function
(function_signature name: (identifier) @name) @function
(class_declaration name: (type_identifier) @name) @class
(class name: (type_identifier) @name) @class
(abstract_class_declaration name: (type_identifier) @name) @class
(method_definition name: (property_identifier) @name) @method
(method_signature name: (property_identifier) @name) @method
(abstract_method_signature name: (property_identifier) @name) @method
(public_field_definition name: (property_identifier) @name) @field
(property_signature name: (property_identifier) @name) @field
(interface_declaration name: (type_identifier) @name) @interface
(type_alias_declaration name: (type_identifier) @name) @type
(enum_declaration name: (identifier) @name) @enum
(internal_module name: (identifier) @name) @module
(program (lexical_declaration (variable_declarator name: (identifier) @name) @constant))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @constant)))
(program (variable_declaration (variable_declarator name: (identifier) @name) @constant))
(import_statement) @import
(export_statement source: (string)) @import
; What objects at the top of a file have, and what constructors set.
(pair key: (property_identifier) @name value: [(function_expression) (arrow_function)]) @method
(program (expression_statement (assignment_expression right: (object (pair key: (property_identifier) @name) @field))))
(program (lexical_declaration (variable_declarator value: (object (pair key: (property_identifier) @name) @field))))
(program (export_statement (lexical_declaration (variable_declarator value: (object (pair key: (property_identifier) @name) @field)))))
(required_parameter (accessibility_modifier) pattern: (identifier) @name) @property
(internal_module body: (statement_block (export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @constant))))
