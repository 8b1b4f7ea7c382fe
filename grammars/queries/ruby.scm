(method name: (_) @name) @method
(singleton_method name: (_) @name) @method
(class name: [(constant) (scope_resolution)] @name) @class
(module name: [(constant) (scope_resolution)] @name) @module
(assignment left: (constant) @name) @constant
(call method: (identifier) @_r (#match? @_r "^(require|require_relative|autoload)$")) @import
(call method: (identifier) @_a arguments: (argument_list (simple_symbol) @name) (#match? @_a "^attr_(reader|accessor|writer)$")) @field
(call method: (identifier) @_i arguments: (argument_list [(constant) (scope_resolution)]) (#match? @_i "^(include|extend|prepend)$")) @import
