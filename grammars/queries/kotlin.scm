(function_declaration name: (identifier) @name) @function
(class_declaration name: (identifier) @name) @class
(object_declaration name: (identifier) @name) @class
(import) @import
(package_header) @package
