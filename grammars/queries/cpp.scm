(type_definition type: (struct_specifier body: (_)) declarator: (type_identifier) @name) @class
(type_definition type: (union_specifier body: (_)) declarator: (type_identifier) @name) @class
(type_definition type: (enum_specifier body: (_)) declarator: (type_identifier) @name) @enum
(function_definition declarator: (function_declarator declarator: (identifier) @name)) @function
(function_definition declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))) @function
(function_definition declarator: (reference_declarator (function_declarator declarator: (identifier) @name))) @function
(function_definition declarator: (function_declarator declarator: (field_identifier) @name)) @method
(function_definition declarator: (reference_declarator (function_declarator declarator: (field_identifier) @name))) @method
(function_definition declarator: (function_declarator declarator: (qualified_identifier name: (identifier) @name))) @method
(declaration declarator: (function_declarator declarator: (identifier) @name)) @function
(field_declaration declarator: (function_declarator declarator: (field_identifier) @name)) @method
(field_declaration declarator: (pointer_declarator declarator: (function_declarator declarator: (field_identifier) @name))) @method
(field_declaration declarator: (reference_declarator (function_declarator declarator: (field_identifier) @name))) @method
(field_declaration declarator: (field_identifier) @name) @field
(class_specifier name: (type_identifier) @name body: (_)) @class
(struct_specifier name: (type_identifier) @name body: (_)) @class
(union_specifier name: (type_identifier) @name body: (_)) @class
(enum_specifier name: (type_identifier) @name body: (_)) @enum
(enumerator name: (identifier) @name) @field
(namespace_definition name: (namespace_identifier) @name) @module
(alias_declaration name: (type_identifier) @name) @type
(type_definition declarator: (type_identifier) @name) @type
(preproc_def name: (identifier) @name) @constant
(preproc_function_def name: (identifier) @name) @function
(preproc_include) @import
(field_declaration declarator: (array_declarator declarator: (field_identifier) @name)) @field
(field_declaration declarator: (pointer_declarator declarator: (pointer_declarator declarator: (field_identifier) @name))) @field
(field_declaration declarator: (function_declarator declarator: (parenthesized_declarator (pointer_declarator declarator: (field_identifier) @name)))) @field
(type_definition declarator: (pointer_declarator declarator: (type_identifier) @name)) @type
(type_definition declarator: (function_declarator declarator: (parenthesized_declarator (pointer_declarator declarator: (type_identifier) @name)))) @type
(type_definition declarator: (function_declarator declarator: (type_identifier) @name)) @type
(declaration declarator: (identifier) @name) @constant
(declaration declarator: (pointer_declarator declarator: (identifier) @name)) @constant
(declaration declarator: (array_declarator declarator: (identifier) @name)) @constant
(declaration declarator: (init_declarator declarator: (pointer_declarator declarator: (identifier) @name))) @constant
(declaration declarator: (init_declarator declarator: (array_declarator declarator: (identifier) @name))) @constant
(declaration declarator: (init_declarator declarator: (identifier) @name)) @constant
(field_declaration declarator: (pointer_declarator declarator: (field_identifier) @name)) @field
(declaration declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))) @function
