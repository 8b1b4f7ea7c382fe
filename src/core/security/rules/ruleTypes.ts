import type { IrLanguage } from '../ir/ir.ts'

/**
 * A file of rules about one library (`src/rules/<language>/<library>.yml`), as it is after parsing and checking. All parts but `language` are optional.
 *
 * **Paths** name what code does, by where a value comes from, not by how it is called locally: `const cp = require('child_process'); cp.exec`
 * is `child_process.exec`. A call's result is the path with `()`: `express().get`; `new X()` is `X` itself, so that the methods of an object are
 * those of its class (`java.sql.Statement.executeQuery`, also for a variable that is declared with that type). `types` gives results a shorter name.
 * Names that are defined nowhere are global: `document.location.hash`, `eval`, `open`, `$_GET`.
 * Patterns: `{a,b}` is one of them; `*` as a segment is any one name; a leading `*.` is any receiver whose type is not known to be another
 * one, which finds much and should come with a `receiver` condition or a lower confidence. A path without `*.` is exact.
 */
export interface RuleFile {
	readonly language: IrLanguage | readonly IrLanguage[]
	/** What a person would call it: `express`. */
	readonly library?: string
	/** A range of versions such as `>=4 <6`; the file counts where the workspace's manifest names no other version. */
	readonly versions?: string
	readonly types?: readonly TypeRule[]
	readonly callbacks?: readonly CallbackRule[]
	readonly entries?: readonly EntryRule[]
	readonly sources?: readonly SourceRule[]
	readonly sanitizers?: readonly SanitizerRule[]
	readonly guards?: readonly GuardRule[]
	readonly propagators?: readonly PropagatorRule[]
	readonly templates?: readonly TemplateRule[]
	readonly rules?: readonly SecurityRule[]
}

/** One pattern or several. */
export type Paths = string | readonly string[]

/**
 * What can go wrong with tainted data: a sanitizer cleans for some of them. `html` is cross-site scripting of all kinds, `path` file names, `url` requests that the
 * server makes, `redirect` where a browser is sent, `code` evaluation, `mass` fields of an object that the user chooses, `size` lengths and indexes, `sign` those that may be below 0.
 * `scheme` is which program opens an address, `option` a word that a program may take for one of its options.
 * `encoded` is no sink: data in Base64 or hexadecimal digits is safe where only some characters do harm, until it is decoded.
 */
export type SinkKind =
	| 'sql'
	| 'nosql'
	| 'command'
	| 'code'
	| 'html'
	| 'path'
	| 'url'
	| 'redirect'
	/** A filter of LDAP. */
	| 'ldap'
	/** A name in a directory, which is written otherwise than a filter. */
	| 'dn'
	| 'xpath'
	| 'template'
	| 'header'
	| 'log'
	| 'xml'
	| 'deserialization'
	| 'prototype'
	| 'mass'
	| 'regex'
	| 'format'
	| 'reflection'
	| 'session'
	| 'crypto'
	| 'size'
	| 'sign'
	| 'scheme'
	| 'option'
	| 'secret'
	| 'encoded'
	| 'other'

/** Who controls the data. Rules take `remote` unless they say otherwise. */
export type SourceKind =
	/** Requests, messages, uploads, the browser's address. */
	| 'remote'
	/** Command line arguments, environment, standard input. */
	| 'local'
	/** Files and databases that others may have filled. */
	| 'stored'
	/** Passwords, keys, personal data: what must not get out. */
	| 'sensitive'
	/** What programs hand to the functions of a library: they may have it from anywhere. */
	| 'library'
	/** Names of entries in an archive. */
	| 'archive'
	/** No data but an object whose settings are unsafe until something changes them: a sanitizer that `cleans: receiver` does. */
	| 'unsafe'

/** The value at `path` is of `is`: `{ path: "express()", is: "express.Application" }`. */
export interface TypeRule {
	readonly path: Paths
	readonly is: string
}

/** A function that is handed to a library, and what the library calls it with. */
export interface CallbackRule {
	readonly call: Paths
	/** Which argument is the function; `any` for all that are one. Default `any`. */
	readonly argument?: number | 'any' | string
	/** The function stands in this property of the argument: `run({ eachMessage })`; of an object of the program also a method of it, `on_*` all whose name begins so. */
	readonly property?: string
	/** The type of each parameter; an empty text is unknown. `bound` is what a framework makes of a request for a parameter of its type, if it is no service; `receiver` gets the taint of the receiver, `argument0` that of the first argument, `result` that of the call. */
	readonly parameters: readonly string[]
	/** Whether the call gives what the function returns (`map`, `then`). */
	readonly returns?: boolean
	/** Only functions of so many parameters; where such a rule fits, those without a number do not count. */
	readonly count?: number
	readonly when?: readonly Condition[]
}

/** A function that a framework calls by itself. All conditions that are given must hold. */
export interface EntryRule {
	/** An annotation or decorator of the function, as a path: `org.springframework.web.bind.annotation.GetMapping`, `*.route`. */
	readonly annotation?: Paths
	/** An annotation of its class. */
	readonly classAnnotation?: Paths
	/** The class has one of these annotations as well. */
	readonly alsoAnnotated?: Paths
	/** A class that its class extends or implements. */
	readonly base?: Paths
	/** The function's name, a regular expression. */
	readonly name?: string
	/** Names of the first parameters, regular expressions; one that is taken apart where it comes in (`{ id, name }`) has the name `{}`. */
	readonly parameterNames?: readonly string[]
	/** A type that one of its parameters has. */
	readonly parameterType?: Paths
	/** Whether it must be exported. */
	readonly isExported?: boolean
	/** The file belongs to a package that others install (JavaScript): its `package.json` says what it is and where it begins, and not that it is private. */
	readonly isLibrary?: true
	/** The type of each parameter, after `self`; an empty text is unknown; `remote` and other kinds of source make it tainted. */
	readonly parameters?: readonly string[]
	/** All parameters that have no type from `parameters` and no annotation are tainted by this. */
	readonly otherParameters?: SourceKind
	/** The framework calls it before the other methods of the object, which find in its fields what it left there: setters of an action (Java). */
	readonly isFirst?: boolean
}

/** Where tainted data comes from. Exactly one of `read`, `call`, `parameter`, `parameterAnnotation`, `parameterType`, `fieldAnnotation`, `fieldOf`, `variable`. */
export interface SourceRule {
	/** What a person is shown: `HTTP request`. */
	readonly label: string
	/** Default `remote`. */
	readonly kind?: SourceKind
	/** A field or variable that is read: `express.Request.query`. */
	readonly read?: Paths
	/** A call whose result is tainted, or with `argument` what it fills. */
	readonly call?: Paths
	readonly argument?: number | 'receiver' | 'all'
	/** Parameters of this name (a regular expression for the whole of it). */
	readonly parameter?: string
	/** Parameters with this annotation. */
	readonly parameterAnnotation?: Paths
	/** Fields and properties with this annotation, which a framework fills. */
	readonly fieldAnnotation?: Paths
	/** Fields and properties of classes that extend this one, which whoever uses the class fills. */
	readonly fieldOf?: Paths
	/** With `fieldAnnotation` or `fieldOf`: only fields of this name (a regular expression for the whole of it). */
	readonly field?: string
	/** Parameters of this type. */
	readonly parameterType?: Paths
	/**
	 * What is assigned to variables, parameters and fields of this name (a regular expression for the whole of it), if it can be a text:
	 * for what is to be kept secret, which a program says by the names that it gives.
	 */
	readonly variable?: string
	/** What it cannot be used for: a number from the request can still be a wrong id, but is no HTML. */
	readonly cleanFor?: readonly SinkKind[]
	readonly when?: readonly Condition[]
}

/** A call whose result is safe for some kinds of sinks. */
export interface SanitizerRule {
	readonly call: Paths
	readonly kinds: readonly SinkKind[] | 'all'
	/** What becomes safe: the result (default), an argument or the receiver that it changes in place, or all that comes after it. */
	readonly cleans?: 'result' | number | 'receiver' | 'everything'
	readonly when?: readonly Condition[]
}

/** A call that fills a template, of a file that the program has or of a text. Sinks with `template` say what is harmful there. */
export interface TemplateRule {
	readonly call: Paths
	/** Which argument is the name of the file. Default 0. */
	readonly name?: number | string
	/** Which argument is the text of it instead, and in which language. */
	readonly text?: number
	readonly syntax?: 'curly' | 'handlebars' | 'ejs' | 'pug' | 'freemarker'
	/** Which argument has the values that it shows, by their names; `keywords` for the keyword arguments, `attributes` for what the function put into its model before. Default 1. */
	readonly values?: number | string
	readonly when?: readonly Condition[]
}

/** A call or comparison that says whether a value is safe. */
export interface GuardRule {
	readonly call: Paths
	/** What it looks at. Default 0. */
	readonly argument?: number | 'receiver'
	readonly kinds: readonly SinkKind[] | 'all'
	/** The result that means safe: true (default), false, or `returns` where it throws for what is unsafe. */
	readonly safeWhen?: boolean | 'returns'
	/** It also says so of the data that the value was made of: `folder.resolve(name).normalize().startsWith(folder)`. */
	readonly derived?: boolean
	/** It looks at one item, such as a character: what it says goes for the whole where a loop looks at all of them. */
	readonly item?: boolean
	readonly when?: readonly Condition[]
}

/** Where taint goes through a library's function. Without a rule, it goes from receiver and arguments into the result. */
export interface PropagatorRule {
	readonly call: Paths
	/** Default: receiver and all arguments. */
	readonly from?: readonly (number | 'receiver' | 'all' | string)[]
	/** An empty list: nowhere (`len`, `isinstance`). Default: the result. */
	readonly to?: readonly (number | 'receiver' | 'result')[]
	/** Kinds of sinks that the result is safe for. */
	readonly cleanFor?: readonly SinkKind[]
	/** Kinds that the result is no longer safe for. */
	readonly undoes?: readonly SinkKind[]
	/** It gives what an address answers: who does not decide which server that is, does not decide what it says either. */
	readonly fetches?: boolean
	/** It undoes an encoding: neither what was escaped nor what was looked for before says anything of the result. */
	readonly decodes?: boolean
}

export type Severity = 'critical' | 'high' | 'medium' | 'low'
export type Confidence = 'high' | 'medium' | 'low'

export interface SecurityRule {
	/** `javascript/express-reflected-xss`: the language, then words that say library and defect. Never changed once published. */
	readonly id: string
	/** At most 60 characters: `Reflected cross-site scripting in Express`. */
	readonly title: string
	/** One sentence that says what can happen here and why. `{source}` and `{sink}` stand for what was found. */
	readonly message: string
	readonly severity: Severity
	readonly confidence: Confidence
	readonly cwe: readonly number[]
	/** OWASP Top 10:2021, such as `A03`. */
	readonly owasp: readonly string[]
	/** OWASP ASVS 4.0.3, such as `5.3.4`. */
	readonly asvs?: readonly string[]
	/** What to do, one or two sentences. */
	readonly fix: string
	/** Of a taint rule: what the tainted data is used for. */
	readonly kind?: SinkKind
	/** Of a taint rule: which sources count. Default `[remote]`. */
	readonly sources?: readonly SourceKind[]
	/** Of a taint rule: places where tainted data does harm. */
	readonly sinks?: readonly SinkRule[]
	/** Of a rule without taint: code that is wrong whatever data it gets. */
	readonly finds?: readonly FindRule[]
	/** Whether a model may never dismiss a finding of this rule. */
	readonly isUndeniable?: boolean
	/** The first that helps is offered. */
	readonly rewrites?: readonly RewriteRule[]
	/** The rule's page: what the defect is and how it is exploited, two to six sentences of Markdown, then links to where it can be read. */
	readonly description: string
	readonly references: readonly string[]
	/** Code that has the defect, and the same done right: shown on the rule's page. A line `--- views/page.ejs` begins another file of that name. */
	readonly example: { readonly bad: string; readonly good: string }
	/** More code that must be found, and must not be. The example counts as a test as well. */
	readonly tests?: { readonly bad?: readonly string[]; readonly good?: readonly string[] }
}

/** Exactly one of `call`, `assign`, `returns`, `element`, `index`, `regex`, `template`. */
export interface SinkRule {
	readonly call?: Paths
	/** Positions or names of keyword arguments; `receiver`; `all`; `rest1` for all from the second on; `operands` for what a program is called with that it may take for an option: what stands in front of `--` and behind no option that may take a value; `spread` for the names in a map that is not known (`**data`). Default `[0]`. */
	readonly arguments?: readonly (number | 'receiver' | 'all' | string)[]
	/** Where it is another one than the rule's. */
	readonly kind?: SinkKind
	/** Only this property of the argument, where it is an object that is known: `url` of `{ url: … }`. */
	readonly property?: string
	/** What is assigned to a field: `*.innerHTML`. */
	readonly assign?: Paths
	/** What a function returns that has this annotation (also on its class), or that was handed to this call of which a rule for callbacks says something. */
	readonly returns?: Paths
	/** Only what functions return that are declared to return this type: a regular expression. */
	readonly returnType?: string
	/** An attribute of an element of JSX or a template: a tag, the path of a component (`react-native-webview.WebView`), or `*` for all tags. To conditions the receiver is an object of all its attributes. */
	readonly element?: string
	readonly attribute?: string
	/** A tainted key: `session[x] = …` with `index: flask.session`, `part: key` (default) or `value`. To conditions the key is argument 0. */
	readonly index?: Paths
	readonly part?: 'key' | 'value'
	/** A text that is matched against a regular expression whose time grows with a power of its length. */
	readonly regex?: 'slow'
	/**
	 * What a template of a server shows: `unescaped`, or escaped for HTML where that is not enough: in a `script` or handler, in an `attribute` without quotes, as
	 * the `address` of a link.
	 */
	readonly template?: 'unescaped' | 'script' | 'attribute' | 'address'
	/** What only hands on what it was given: where that came with a call, the place is the call. */
	readonly ofCaller?: boolean
	readonly when?: readonly Condition[]
	/** Lower than the rule's, where the place is less certain. */
	readonly confidence?: Confidence
}

/** Exactly one of `call`, `assign`, `read`, `string`, `pattern`, `annotation`, `regex`, `overrides`, `memory`, `name`, `unlike`, `unused`, `unawaited`, `owner`, `route`, `covers`, `leaves`, `undisposed`, `failsOpen`, `fallsInto`, `skippable`, `property`, `element`. */
export interface FindRule {
	readonly call?: Paths
	readonly assign?: Paths
	readonly read?: Paths
	/** A text literal that matches this regular expression. */
	readonly string?: string
	/** A literal of a regular expression whose source matches this one. */
	readonly pattern?: string
	readonly annotation?: Paths
	/**
	 * With `annotation`: a method of a class that has that one, and is the only one without this of those that have one of `among` (default: the
	 * same); neither it nor its class has one whose name matches `unless`. `except` is looked for in its text from its name on. At least `fewest`
	 * others have it, 2 where nothing is said.
	 */
	readonly lacks?: Paths
	readonly fewest?: number
	readonly among?: Paths
	readonly unless?: string
	readonly except?: string
	/** A regular expression that can take exponential or polynomial time. */
	readonly regex?: 'slow'
	/** A method of a class that takes it from this type, and `does` this: `javax.net.ssl.X509TrustManager.checkServerTrusted`. */
	readonly overrides?: Paths
	readonly does?: FunctionDoes
	/**
	 * A method, of a name that matches `method`, of a class that takes from a library's class whose path matches `base`: it calls no function of a name that matches
	 * this one, while others of its class do.
	 */
	readonly unlike?: string
	readonly base?: string
	readonly method?: string
	/** A call of a function of a name that matches this regular expression, also of one of the program's own. Conditions are asked of the code around it only. */
	readonly name?: string
	/** A function of a name that matches this regular expression returns true where it catches an error: what it checks was not checked. */
	readonly failsOpen?: string
	/** With `failsOpen`: the answer that lets in. `false` for a question such as `isRevoked`; default true. */
	readonly answer?: boolean
	/**
	 * A case of a `switch` over something whose text matches: it does something and goes on into the next one, while all others of the `switch` end and no comment says
	 * that this is meant.
	 */
	readonly fallsInto?: string
	/**
	 * A check that is only made of what was sent, so that who sends nothing passes: `if (signature && !matches(signature)) refuse()`. The regular expression is for
	 * the name of what is called, a space, and the name of what is checked.
	 */
	readonly skippable?: string
	/**
	 * A call whose callee matches `lookup`, in a function that does not match `unless`, while several others of the file look up the same with something in the call
	 * that matches this: for its owner only.
	 */
	readonly owner?: string
	readonly lookup?: string
	/**
	 * With `owner`: only functions whose text, or what their class says of all its methods, matches, such as that users have to be logged in. What belongs to
	 * something that others look up for its owner only, by a foreign key of its model, counts as well; `fewest` is how many others have to.
	 */
	readonly behind?: string
	/** With `owner`, instead of others: what is looked up has a name that matches, of what is somebody's own by its nature, such as an invoice. */
	readonly personal?: string
	/** With `owner`, instead of others: the function has a parameter that matches this, and never looks at it. */
	readonly takes?: string
	/**
	 * With `owner`, instead of others: what the function looked up before with a check, by its owner or by a function or parameter that matches this. What belongs to
	 * that, by a foreign key of its model or another place that asks for both, is looked up by its own number alone.
	 */
	readonly above?: string
	/**
	 * A route that is mapped by a function of a name that matches (or `method`, of those that are found), on which no function of a name that matches `lookup` is
	 * called, while it is on all others of the file with the same beginning. `except` is looked for in its text. In JavaScript a route of a router or an exported handler
	 * such as `DELETE` that neither calls nor is handed what matches `lookup`, while most others of the same address do.
	 */
	readonly route?: string
	/**
	 * A call of a name that matches says for which addresses a rule is, and the call behind it (`authenticated()`) or the text beside it what that asks for, where the first
	 * rule that fits counts: one that asks for less than a later one for some of the same addresses.
	 */
	readonly covers?: string
	/**
	 * What goes into a variable of the thread (`ThreadLocal`), and is taken out nowhere in the class, in a function that works for one request of many: one in which something is called whose
	 * name matches `lookup`, or whose own name, or annotation with its `@`, matches `method`. `sometimes`: only where a condition holds, so that the next one finds it there; `always` otherwise.
	 */
	readonly leaves?: 'sometimes' | 'always'
	/** A variable that is made by one of these constructors or functions, and that is neither given back nor given to others. */
	readonly undisposed?: Paths
	/** What one of these functions answers, itself or through functions of the program that hand it on, is looked at by nobody. */
	readonly unused?: Paths
	/** The promise that one of these functions gives is asked whether it is true, without `await`; with `method` also that of an `async` function of the program whose name matches. */
	readonly unawaited?: Paths
	/**
	 * What the program does to memory, in languages with pointers: `outOfBounds` an index beyond an array whose size is known, `useAfterFree`,
	 * `unasked` using memory before asking whether it was given, `doubleFree`, `freeOfOther` giving back what was not allocated, `uninitialized` a variable that is read before it has a value,
	 * `freeOtherwise` giving back in another way than it was made (`delete` of `new[]`), `ownedTwice` handing to a second owner, `stale` an element's reference, pointer or
	 * iterator that is used after its container may have moved, `dangling` a pointer into an object that goes with the statement, `moved` a variable that is used after what
	 * it held was given away with `std::move`; of Go `unlocked` a map or slice that handlers or goroutines change at the same time without a lock, `ofRequest` a field of what answers all requests that one of them sets (Python: where it waits before it reads it again).
	 */
	readonly memory?:
		| 'outOfBounds'
		| 'unasked'
		| 'useAfterFree'
		| 'doubleFree'
		| 'freeOfOther'
		| 'uninitialized'
		| 'freeOtherwise'
		| 'ownedTwice'
		| 'stale'
		| 'dangling'
		| 'moved'
		| 'unlocked'
		| 'ofRequest'
	/** An object literal or a call's keyword arguments of this type (`{ rejectUnauthorized: false }`), by a property. */
	readonly property?: string
	readonly element?: string
	readonly attribute?: string
	readonly when?: readonly Condition[]
	readonly confidence?: Confidence
}

/**
 * `nothing`: it only returns constants, and throws nothing. `returnsTrue`: that, and the constant is true. `alwaysTrue`: whatever it calls or asks, it returns true
 * or 1 and throws nothing. `acceptsAny`: it returns true for
 * all that has the right form (`Uri.TryCreate(it, …)`). `verifiesNothing`: it neither compares, decides nor throws, and calls nothing whose name says that it checks.
 * `answersYes`: without asking anything it calls a function that it was given with true or 0 (which stands for success). `returnsArgument`: it gives back what it was given.
 */
export type FunctionDoes =
	| 'nothing'
	| 'returnsTrue'
	| 'alwaysTrue'
	| 'acceptsAny'
	| 'verifiesNothing'
	| 'answersYes'
	| 'returnsArgument'

/** One thing that must be so. What cannot be known does not hold, unless `not` is set or `missing` asks for it. */
export interface Condition {
	/** What is looked at: a position or keyword of an argument (`any`: at least one of those by position), the receiver, what is assigned, or the result's type. */
	readonly argument?: number | string
	readonly receiver?: true
	readonly value?: true
	/** A property of it, `a.b` for one inside, `*` for any item, `\*` for one of that name. */
	readonly property?: string
	/** It is this constant, or one of these. */
	readonly is?: string | number | boolean | null | readonly (string | number | boolean | null)[]
	/** It is not known, but this constant where nobody said anything: `options.verify ?? false`. */
	readonly otherwise?: string | number | boolean
	/** It is a constant text that matches. A regular expression; `(?i)` in front ignores case. */
	readonly matches?: string
	/** It is a constant number below, or above. */
	readonly below?: number
	readonly above?: number
	/** It is not there. */
	readonly missing?: boolean
	/** It is a constant; or it is known not to be one. */
	readonly constant?: boolean
	/** It is a literal or value of this form; `made` is what a call gave or what was written into an array, and is not known; `bound` an object that others made as a whole. */
	readonly form?: 'text' | 'number' | 'list' | 'object' | 'function' | 'concatenation' | 'made' | 'bound'
	/** It is an object of one of the program's classes (Python: or such a class) with a field of a name that matches, unless the program itself set it. */
	readonly declares?: string
	/** That, of a record: its text shows all that it declares. */
	readonly shows?: string
	/** It is a function that does this. */
	readonly does?: FunctionDoes
	/** It is a function in which something is called whose name matches, also in functions of the program that it calls. */
	readonly calls?: string
	/**
	 * It is a function, or without an argument the one around this place, in which something depends on what a name that matches stands for: a condition asks
	 * for it, or it is handed to something that is called. What is only logged does not count.
	 */
	readonly asks?: string
	/** The function around this place calls a method of the program's own types whose head matches, with its annotations: `@Lock` of a repository. */
	readonly declared?: string
	/** Its path matches. */
	readonly path?: Paths
	/** Its text in the code matches, such as the name of a receiver: for where types are not known. */
	readonly text?: string
	/** The name of the function around it, or a condition under which it runs, matches: of what a setting asks for. */
	readonly under?: string
	/** The text of the function around it matches, from its head on. */
	readonly around?: string
	/** Its data went through a call of this name, such as one that resolves paths, or came from a source of this label; with `tainted` that of these kinds. */
	readonly through?: string
	/** Its data was read from a field whose name matches, wherever it went since: `website` of what a server answered. */
	readonly field?: string
	/** The text of the file matches: for what a program says of itself elsewhere, such as what kind of answer it gives. */
	readonly file?: string
	/** The text of a file that its data went through matches: of a helper that cleans it. */
	readonly along?: string
	/** Types of a GraphQL schema in the file lead back to themselves, so that queries can be as deep as somebody likes. */
	readonly cyclicSchema?: boolean
	/**
	 * It is more than fits behind the pointer in this argument: a number of bytes, of elements of `unit` bytes, `times` what that argument is;
	 * a text with its end; or, `formatted`, the longest text that a format makes of the arguments after it.
	 */
	readonly exceeds?: number
	readonly unit?: number
	readonly times?: number
	readonly formatted?: boolean
	/** So many bytes lie behind the pointer. */
	readonly room?: number
	/** It is written as the length or size of that argument: `strlen(a)`, `sizeof(a)`. */
	readonly measures?: number
	/** It is a constant text that is a regular expression which can take exponential time. */
	readonly slow?: boolean
	/** It is a format that reads a text of any length: `%s` of `scanf`. */
	readonly unbounded?: boolean
	/** Nobody looks at what the call gives: it is a statement of its own. */
	readonly ignored?: boolean
	/** A branch of the function ends with the call, and the function does more after it: nothing returns or throws in between. */
	readonly goesOn?: true
	/**
	 * What the call gives is kept in a variable of the function, and no method whose name matches is called on it where something throws: it is
	 * not given back then.
	 */
	readonly unreleased?: string
	/** It is an empty text where something that was looked up was not found (`keys.get(id, '')`), and nobody asks whether it is. */
	readonly orEmpty?: boolean
	/** It is a variable of the file or a field that got its value once, before the function was called: in a constructor, or where the file begins. */
	readonly kept?: boolean
	/** It is a variable of this function that is not used again after the call, but to be freed. */
	readonly lastUse?: boolean
	/** It leads to a text whose end was not written: what read or copied it filled all of it, or writes no end. */
	readonly unended?: boolean
	/** It leads to a structure of this program that has members which nothing was assigned to. */
	readonly unset?: boolean
	/** It is a structure with a field whose name matches, and which holds what somebody else sent. */
	readonly bound?: string
	/** Tainted by one of these kinds. */
	readonly tainted?: readonly SourceKind[]
	/** With `tainted`: only data that is not safe for this kind of sinks, and was not checked for it. */
	readonly harms?: SinkKind
	/** With `tainted`: only data that a condition was asked about which makes it safe for this kind: a number that was compared with a limit. */
	readonly compared?: SinkKind
	readonly not?: boolean
}

/** A safe rewrite: `argument` of the call is replaced, or the callee is. */
export interface RewriteRule {
	/** `assigned` is the name of the field that is assigned; `call` the whole call. */
	readonly replace: 'callee' | 'argument' | 'keyword' | 'property' | 'assigned' | 'call'
	readonly argument?: number | string
	readonly property?: string
	/** Only of calls, or of assigned fields, whose text (of a long call its beginning) matches. */
	readonly of?: string
	/** Only of a call whose result nobody uses: the new one gives something else. */
	readonly isStatement?: true
	/** Arguments, by position or name, that are left out. */
	readonly without?: readonly (number | string)[]
	/**
	 * The text that it becomes. `{old}` stands for what it was, `{object}` and `{name}` for both sides of a callee's last point, `{0}` for the first argument of a
	 * call, `{rest1}` for all from the second on, `{callee}` for what a whole call calls.
	 */
	readonly with: string
	readonly title: string
}
