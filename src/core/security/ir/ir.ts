import type { CodeSpan } from '../tree/codeNode.ts'

/**
 * What a file does, in a form that is the same for all languages. Control flow is structured; expressions are trees, evaluated from left
 * to right. Every node says which text it was made of. What a lowering does not understand becomes `opaque` with the parts that it has:
 * the analysis then assumes that any of them may end up in the value.
 */
export interface ModuleIr extends CodeSpan {
	readonly language: IrLanguage
	/** The package or namespace that the file says it is in, with `.` between its parts. */
	readonly packageName: string | undefined
	/**
	 * `declared`: a name belongs to the block that declares it (JavaScript, Java, Go, C, C#). `assigned`: to the function that
	 * assigns it (Python, PHP, Ruby).
	 */
	readonly scoping: 'declared' | 'assigned'
	/** Whether all that is defined at the top can be imported, without being exported (Python, Java, Go, PHP, Ruby, C, C#). */
	readonly exportsAll: boolean
	readonly body: readonly Statement[]
	/** Functions that are only declared here and change none of the variables that they are called with (C). */
	readonly declares?: ReadonlySet<string>
	/** What was not lowered because it was nested too deep or broken. */
	readonly gaps: readonly CodeSpan[]
}

export type IrLanguage = 'javascript' | 'python' | 'java' | 'go' | 'php' | 'ruby' | 'csharp' | 'c'

// ---------- expressions

export type Expression =
	| Constant
	| Name
	| Self
	| Super
	| FieldAccess
	| IndexAccess
	| Slice
	| Call
	| Closure
	| ClassExpression
	| ObjectLiteral
	| ListLiteral
	| TextTemplate
	| RegexLiteral
	| Binary
	| Unary
	| Logical
	| Conditional
	| Assignment
	| Await
	| Yield
	| Cast
	| ImportExpression
	| Sequence
	| Comprehension
	| Element
	| Opaque

/** `null` also stands for nil, None and undefined. Texts are unescaped. */
export interface Constant extends CodeSpan {
	readonly kind: 'constant'
	readonly value: string | number | boolean | null
}

/** A variable, function, class or import, as written. PHP variables keep their `$`. */
export interface Name extends CodeSpan {
	readonly kind: 'name'
	readonly name: string
}

/** `this`, `$this`, `self` of Ruby. Python's `self` is a parameter, see `FunctionIr.selfParameter`. */
export interface Self extends CodeSpan {
	readonly kind: 'self'
}

/** `super`, `parent`, `base`; called, it is the constructor of the base class. */
export interface Super extends CodeSpan {
	readonly kind: 'super'
}

/** `object.name`, also `object->name`, `Class::name` and `object?.name`. */
export interface FieldAccess extends CodeSpan {
	readonly kind: 'field'
	readonly object: Expression
	readonly name: string
	/** Which item has that name, where the object is a tuple (C#). */
	readonly item?: number
}

export interface IndexAccess extends CodeSpan {
	readonly kind: 'index'
	readonly object: Expression
	/** Absent in `list[] = x` of PHP: one more at the end. */
	readonly index: Expression | undefined
}

/** `object[from:to]`; a bound that is not written is absent. */
export interface Slice extends CodeSpan {
	readonly kind: 'slice'
	readonly object: Expression
	readonly from: Expression | undefined
	readonly to: Expression | undefined
}

export interface Call extends CodeSpan {
	readonly kind: 'call'
	readonly callee: Expression
	readonly arguments: readonly Argument[]
	/** `new X(…)`; also a composite literal's or struct's construction, where it names a class. */
	readonly isNew: boolean
	/** It is a statement of its own: nobody looks at what it gives. Only the lowerings of C and PHP say so. */
	readonly isIgnored?: boolean
}

export interface Argument extends CodeSpan {
	readonly value: Expression
	/** `name=value`. */
	readonly keyword?: string
	/** `...value`, `*value`: a list of arguments; `**value`: a map of keyword arguments. */
	readonly spread?: 'list' | 'map'
	/** `&value`, `ref value`, `out value`: what the callee assigns, the caller sees. */
	readonly byReference?: boolean
}

/** A function or lambda as a value. */
export interface Closure extends CodeSpan {
	readonly kind: 'closure'
	readonly function: FunctionIr
}

export interface ClassExpression extends CodeSpan {
	readonly kind: 'class'
	readonly class: ClassIr
}

/** An object, map, dict or associative array. */
export interface ObjectLiteral extends CodeSpan {
	readonly kind: 'object'
	readonly entries: readonly ObjectEntry[]
	/** The type that is written with it: `Person{…}` of Go, `new Person { … }` of C#. */
	readonly type?: string
}

export interface ObjectEntry extends CodeSpan {
	/** Absent where all of another object is spread: `...value`, `**value`. */
	readonly key: Expression | undefined
	readonly value: Expression
	/** A getter, setter or method of an object literal is a closure; this says which. */
	readonly accessor?: 'get' | 'set'
}

/** A list, array, tuple or set. Several results of a function are a list too. */
export interface ListLiteral extends CodeSpan {
	readonly kind: 'list'
	readonly items: readonly ListItem[]
	readonly form: 'list' | 'tuple' | 'set'
}

export interface ListItem extends CodeSpan {
	readonly value: Expression
	readonly isSpread: boolean
}

/** A text with values in it: template literals, f-strings, interpolation. Its fixed parts are constants. */
export interface TextTemplate extends CodeSpan {
	readonly kind: 'template'
	readonly parts: readonly Expression[]
	/** The function that a tagged template is handed to: it gets a list of the fixed parts, then the values. */
	readonly tag?: Expression
}

export interface RegexLiteral extends CodeSpan {
	readonly kind: 'regex'
	readonly pattern: string
	readonly flags: string
}

/**
 * Operators have one spelling: `+ - * / % ** // << >> >>> & | ^ == != === !== < <= > >= in notIn is isNot instanceof concat`.
 * `concat` joins texts only (`.` of PHP). `is`/`isNot` compare identity. Comparison chains are joined with `Logical`.
 */
export interface Binary extends CodeSpan {
	/** It compares numbers that may be below 0. Only the lowering of C says so. */
	readonly isSigned?: boolean
	readonly kind: 'binary'
	readonly operator: string
	readonly left: Expression
	readonly right: Expression
}

/** `! - + ~ typeof void delete & * ++ --`; `&` takes an address and `*` follows one; `++` and `--` assign. */
export interface Unary extends CodeSpan {
	readonly kind: 'unary'
	readonly operator: string
	readonly operand: Expression
	/** Of `++` and `--`: whether the value is that from before. */
	readonly isPostfix?: boolean
}

export interface Logical extends CodeSpan {
	readonly kind: 'logical'
	readonly operator: '&&' | '||' | '??'
	readonly left: Expression
	readonly right: Expression
}

export interface Conditional extends CodeSpan {
	readonly kind: 'conditional'
	readonly test: Expression
	readonly then: Expression
	readonly otherwise: Expression
}

/** As an expression; its value is what was assigned. */
export interface Assignment extends CodeSpan {
	readonly kind: 'assign'
	readonly target: Target
	readonly value: Expression
	/** Of `x += y` this is `+`; also `&&`, `||`, `??`. */
	readonly operator?: string
}

export interface Await extends CodeSpan {
	readonly kind: 'await'
	readonly value: Expression
}

export interface Yield extends CodeSpan {
	readonly kind: 'yield'
	readonly value: Expression | undefined
	/** `yield*`, `yield from`. */
	readonly isDelegated: boolean
}

/** `(T) x`, `x as T`, `x.(T)`, `x!`. */
export interface Cast extends CodeSpan {
	readonly kind: 'cast'
	readonly type: string
	readonly value: Expression
}

/** `require(x)`, `import(x)`, `include x`. */
export interface ImportExpression extends CodeSpan {
	readonly kind: 'import'
	readonly module: Expression
	/** `module`: the value is what it exports. `include`: it runs as if it stood here. */
	readonly form: 'module' | 'include'
}

/** The value is that of the last one. */
export interface Sequence extends CodeSpan {
	readonly kind: 'sequence'
	readonly items: readonly Expression[]
}

export interface Comprehension extends CodeSpan {
	readonly kind: 'comprehension'
	readonly form: 'list' | 'set' | 'map' | 'generator'
	readonly element: Expression
	/** Of a map. */
	readonly key: Expression | undefined
	readonly clauses: readonly {
		readonly target: Target
		readonly iterable: Expression
		readonly conditions: readonly Expression[]
	}[]
}

/** JSX, and elements of templates. */
export interface Element extends CodeSpan {
	readonly kind: 'element'
	/** `div` as a constant, a component as an expression. */
	readonly tag: Expression
	readonly attributes: readonly {
		/** Absent where all of an object is spread. */
		readonly name: string | undefined
		readonly value: Expression
	}[]
	readonly children: readonly Expression[]
}

export interface Opaque extends CodeSpan {
	readonly kind: 'opaque'
	readonly parts: readonly Expression[]
}

// ---------- targets

export type Target = Name | FieldAccess | IndexAccess | Slice | Unary | ListPattern | ObjectPattern

export interface ListPattern extends CodeSpan {
	readonly kind: 'listPattern'
	/** Null where nothing takes the item. */
	readonly items: readonly (PatternItem | null)[]
}

export interface PatternItem extends CodeSpan {
	readonly target: Target
	/** Used where there is no such item. */
	readonly initial?: Expression
	readonly isRest?: boolean
}

export interface ObjectPattern extends CodeSpan {
	readonly kind: 'objectPattern'
	readonly entries: readonly (PatternItem & {
		/** Absent for the rest. */
		readonly key: Expression | undefined
	})[]
}

// ---------- functions and classes

export interface FunctionIr extends CodeSpan {
	/** Absent for a lambda. */
	readonly name: string | undefined
	readonly form: 'function' | 'method' | 'constructor' | 'getter' | 'setter' | 'lambda'
	readonly parameters: readonly Parameter[]
	/** Whether the first parameter is the object that the method is called on (Python; receivers of Go). */
	readonly selfParameter: boolean
	readonly isStatic: boolean
	readonly isAsync: boolean
	readonly isGenerator: boolean
	/** `this` is that of the function around it (arrow functions, lambdas of Java and C#, blocks of Ruby). */
	readonly inheritsSelf: boolean
	/** Variables of the functions around it that it can see. A by-value capture of PHP is a name in the list. */
	readonly captures: 'all' | readonly string[]
	readonly annotations: readonly Annotation[]
	readonly returnType: string | undefined
	/** Of a method that is declared outside of its class: the class (Go, C++). */
	readonly receiverType: string | undefined
	readonly visibility: 'public' | 'protected' | 'private' | 'package'
	/** It is declared without a body (abstract, of an interface, native): what it does is not known here. */
	readonly isAbstract?: boolean
	/** It is called like a method of its first argument (`this` of C#). */
	readonly isExtension?: boolean
	readonly body: readonly Statement[]
	/** Where its name or keyword stands: what a person is shown. */
	readonly head: CodeSpan
}

export interface Parameter extends CodeSpan {
	readonly target: Target
	readonly type: string | undefined
	readonly initial: Expression | undefined
	/** `...rest`: a list; `**options`: a map. */
	readonly rest: 'list' | 'map' | undefined
	readonly byReference: boolean
	/** A struct that is handed over is copied: what the function assigns to its fields, the caller does not see (Go). */
	readonly isCopied?: boolean
	readonly annotations: readonly Annotation[]
}

/** A decorator, annotation or attribute. */
export interface Annotation extends CodeSpan {
	/** As written, without arguments: `app.route`, `RequestParam`. */
	readonly name: string
	readonly arguments: readonly Argument[]
	/** What is called with the function, where the language does so (Python, JavaScript). */
	readonly expression: Expression | undefined
}

export interface ClassIr extends CodeSpan {
	/** Absent for an anonymous class. */
	readonly name: string | undefined
	readonly form: 'class' | 'interface' | 'struct' | 'enum' | 'module'
	readonly bases: readonly Expression[]
	readonly methods: readonly FunctionIr[]
	readonly fields: readonly FieldIr[]
	readonly classes: readonly ClassIr[]
	/** What runs when the class is defined. */
	readonly initializers: readonly Statement[]
	readonly annotations: readonly Annotation[]
	/** Its text shows all of its fields: a record, or what a library makes the like. */
	readonly isRecord?: boolean
	readonly head: CodeSpan
}

export interface FieldIr extends CodeSpan {
	readonly name: string
	readonly isStatic: boolean
	readonly type: string | undefined
	readonly initial: Expression | undefined
	readonly annotations: readonly Annotation[]
}

// ---------- statements

export type Statement =
	| ExpressionStatement
	| Declaration
	| FunctionStatement
	| ClassStatement
	| ImportStatement
	| ExportStatement
	| ScopeStatement
	| Block
	| If
	| Loop
	| ForEach
	| Switch
	| Try
	| Return
	| Throw
	| Jump
	| Defer

export interface ExpressionStatement extends CodeSpan {
	readonly kind: 'expression'
	readonly expression: Expression
}

export interface Declaration extends CodeSpan {
	readonly kind: 'declare'
	readonly target: Target
	readonly type: string | undefined
	readonly initial: Expression | undefined
	/** `var` of JavaScript: the name belongs to the function. */
	readonly isHoisted: boolean
	/** What it holds is given back at the end of its block (`using` of C#). */
	readonly isReleased?: boolean
}

/** Known in all of its block, also before this place. */
export interface FunctionStatement extends CodeSpan {
	readonly kind: 'function'
	readonly function: FunctionIr
}

export interface ClassStatement extends CodeSpan {
	readonly kind: 'class'
	readonly class: ClassIr
}

/**
 * What is bound: `local` names `imported` of the module; `*` as `imported` is the module itself, and `default` its default export. A
 * name with `*` as `local` takes in all that the module has.
 */
export interface ImportStatement extends CodeSpan {
	readonly kind: 'import'
	/** As written: `./a`, `..pkg`, `net/http`, `java.sql`. */
	readonly module: string
	readonly names: readonly { readonly imported: string; readonly local: string }[]
}

export interface ExportStatement extends CodeSpan {
	readonly kind: 'export'
	/** `default` for the default export, `*` for all that `value` has. */
	readonly name: string
	readonly value: Expression
}

/** `global x`, `nonlocal x`. */
export interface ScopeStatement extends CodeSpan {
	readonly kind: 'scope'
	readonly names: readonly string[]
	readonly level: 'global' | 'nonlocal'
}

export interface Block extends CodeSpan {
	readonly kind: 'block'
	readonly body: readonly Statement[]
	readonly label: string | undefined
}

export interface If extends CodeSpan {
	readonly kind: 'if'
	readonly test: Expression
	readonly then: readonly Statement[]
	readonly otherwise: readonly Statement[]
}

/** `while`, `do`, `for(;;)`: what is declared before it stands in a block around it. */
export interface Loop extends CodeSpan {
	readonly kind: 'loop'
	/** Absent for an endless one. */
	readonly test: Expression | undefined
	readonly body: readonly Statement[]
	/** After each round, also after `continue`. */
	readonly update: readonly Expression[]
	readonly testsLast: boolean
	readonly label: string | undefined
	/** Of Python: runs where no `break` ended it. */
	readonly otherwise: readonly Statement[]
}

export interface ForEach extends CodeSpan {
	readonly kind: 'forEach'
	/** Of each value; absent where only the key is taken. */
	readonly target: Target | undefined
	/** Of each key or index: `for k, v := range`, `foreach ($a as $k => $v)`, `for (k in o)`. */
	readonly key: Target | undefined
	/** Whether the targets are declared here. */
	readonly declares: boolean
	/** The declared type of each value, where it is written. */
	readonly type?: string
	readonly iterable: Expression
	readonly body: readonly Statement[]
	readonly label: string | undefined
	readonly otherwise: readonly Statement[]
}

export interface Switch extends CodeSpan {
	readonly kind: 'switch'
	/** Absent where each case has a condition of its own (`switch { case x > 1: }`, `match`). */
	readonly subject: Expression | undefined
	readonly cases: readonly SwitchCase[]
	/** Whether a case goes on into the next one unless it breaks. */
	readonly fallsThrough: boolean
	readonly label: string | undefined
}

export interface SwitchCase extends CodeSpan {
	/** Empty for the default. */
	readonly values: readonly Expression[]
	/** What the subject's value is bound to, in pattern matching. */
	readonly binding: Target | undefined
	readonly guard: Expression | undefined
	readonly body: readonly Statement[]
}

export interface Try extends CodeSpan {
	readonly kind: 'try'
	readonly body: readonly Statement[]
	readonly handlers: readonly {
		readonly binding: Target | undefined
		/** Empty where it takes everything. */
		readonly types: readonly string[]
		readonly body: readonly Statement[]
	}[]
	/** Runs where nothing was thrown. */
	readonly otherwise: readonly Statement[]
	readonly finally: readonly Statement[]
}

export interface Return extends CodeSpan {
	readonly kind: 'return'
	readonly value: Expression | undefined
}

export interface Throw extends CodeSpan {
	readonly kind: 'throw'
	readonly value: Expression | undefined
}

/** `goto` is lowered as nothing. `fallthrough` goes on into the next case. */
export interface Jump extends CodeSpan {
	readonly kind: 'jump'
	readonly form: 'break' | 'continue' | 'fallthrough'
	readonly label: string | undefined
}

/** Runs when the function ends, the last one first (Go). Its arguments are evaluated here. */
export interface Defer extends CodeSpan {
	readonly kind: 'defer'
	readonly call: Expression
	/** `go f()`: it runs beside the rest of the function, as early or late as may be. */
	readonly isConcurrent?: boolean
}
