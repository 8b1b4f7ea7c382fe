// Reads the names of a language's own library, each language from where they are written down best. See scripts/libraryNames.mjs.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { declaredNames } from './declaredNames.mjs'
import { root } from './root.mjs'
import { run } from './run.mjs'

/** @typedef {Iterable<string>} Names each may come more than once; what is no public name is filtered out later */

/**
 * @param {string} folder
 * @param {RegExp} wanted of a path below it, with `/`
 */
function filesIn(folder, wanted) {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((path) => wanted.test(path.slice(folder.length).replaceAll('\\', '/')))
		.sort()
}

/** @param {string} path */
const textOf = (path) => readFileSync(path, 'utf8')

/**
 * @param {string} text
 * @param {RegExp} pattern global; its groups are the names
 */
function matches(text, pattern) {
	return [...text.matchAll(pattern)].flatMap(([, ...groups]) => groups.filter((group) => group !== undefined))
}

/** The declarations of TypeScript's library and of Node, as they are installed here: what @types/node says for the newest TypeScript. */
export async function typescriptNames() {
	const read = await declaredNames({
		grammar: 'typescript',
		declaring: new Set([
			'interface_declaration',
			'class_declaration',
			'abstract_class_declaration',
			'type_alias_declaration',
			'enum_declaration',
			'enum_assignment',
			'function_signature',
			'function_declaration',
			'variable_declarator',
			'property_signature',
			'method_signature',
			'abstract_method_signature',
			'public_field_definition',
			'internal_module',
			'export_specifier',
		]),
		closed: new Set(['formal_parameters', 'type_parameters']),
	})
	const modules = join(root, 'node_modules')
	const library = filesIn(join(modules, 'typescript', 'lib'), /\/lib\.(?!.*(webworker|scripthost)).*\.d\.ts$/)
	const node = filesIn(
		join(modules, '@types', 'node'),
		/^\/(?!ts\d|node_modules|inspector|web-globals\/|sea\.|compatibility).*\.d\.ts$/,
	)
	const modulesOfNode = node.map((path) => /(\w+)\.d\.ts$/.exec(path)?.[1] ?? '')
	// `<div>` is a name, too.
	const dom = textOf(join(modules, 'typescript', 'lib', 'lib.dom.d.ts'))
	const tags = matches(/interface HTMLElementTagNameMap \{[^}]*\}/.exec(dom)?.[0] ?? '', /"(\w+)":/g)
	// Parts that fill many names and few programs: the constants of WebGL, and what browsers call their own.
	const isRare = (/** @type {string} */ name) =>
		/^(?:[A-Z\d_]+$|webkit|WebGL|WEBGL|GPU|SVG|RTC|XR|EXT_|OES_|uniform\d|vertexAttrib|Payment|Speech|MediaKey|HTML(?:Frame|Marquee|Font|Dir)|PublicKeyC|Authenticat|PerformanceN|Webkit|FeDi)|(?:EventMap|EventInit|NameMap|Callback|Dictionary)$/.test(
			name,
		)
	const ofBrowsers = /lib\.dom/
	return [
		...library.flatMap((path) => read(textOf(path)).filter((name) => !ofBrowsers.test(path) || !isRare(name))),
		...node
			.flatMap((path) => read(textOf(path)))
			.filter((name) => !/^(?:BROTLI|ZSTD|SSL_OP|RSA_|UV_|Z_|NGHTTP2|HTTP2_HEADER|HTTP_STATUS|.*WRAP$|WSA)/.test(name)),
		...modulesOfNode,
		...tags,
	]
}

/** The stubs of the standard library that pyright brings. Parameters are names too: a call may write them. @param {string} folder */
export async function pythonNames(folder) {
	const stubs = join(folder, 'dist', 'typeshed-fallback', 'stdlib')
	const read = await declaredNames({
		grammar: 'python',
		declaring: new Set([
			'class_definition',
			'function_definition',
			'assignment',
			'typed_parameter',
			'default_parameter',
			'typed_default_parameter',
		]),
	})
	const files = filesIn(
		stubs,
		/^\/(?!(lib2to3|distutils|_(?!_)|pydoc|tkinter|turtle|msilib|winreg|winsound|nt\.|msvcrt|ossaudiodev|spwd|nis|curses|dis|opcode|symbol|token|asyncio\/(?:windows|proactor|sslproto|trsock|base_|selector_|unix_)|zipfile\/_|importlib\/(?!metadata|resources|util|abc|__init)|ctypes\/|xml\/sax\/_|xxlimited|encodings\/|aiff|binhex|cgitb|lib2to3|xmlrpc\/server|nturl|plistlib|profiling|_|email\/_|xml\/(?:dom\/(?!minidom)|sax|parsers)|wsgiref|ensurepip|venv|idlelib|pyexpat|formatter|macpath|parser|sunau|imghdr|xdrlib|nntplib|cgi|crypt|audioop|aifc|chunk|uu\.|pipes|mailcap|telnetlib|asyncore|asynchat|smtpd|imp\.|sndhdr)).*\.pyi$/,
	)
	const builtin = files.flatMap((path) => read(textOf(path)))
	const modules = files.flatMap((path) => path.slice(stubs.length).split(/[/\\]|\.pyi$/))
	const isRare = (/** @type {string} */ name) =>
		/^(?:visit_\w+|(?:KQ|MFD|CAN|J1939|NETLINK|VM_SOCKETS|TIPC|BT|HCI|IOCTL|MADV|POSIX|SQLITE|HV|QIPCRTR|SCM|BDADDR|B\d+|NI|EAI|GHASH|TCP|IPX|IPV6)_?\w*)$/.test(
			name,
		)
	return [
		...builtin.filter((name) => !isRare(name)),
		...modules,
		...matches(textOf(join(stubs, '_typeshed', '__init__.pyi')), /\bdef (\w+)/g),
	]
}

/** The lists of what Go promises to keep. @param {string} folder with `api` in it */
export function goNames(folder) {
	const lines = filesIn(join(folder, 'api'), /^\/go[\d.]+\.txt$/).flatMap((path) => textOf(path).split('\n'))
	return lines.flatMap((line) => {
		const [, path = '', declared = ''] = /^pkg ([\w/.]+)(?: \([\w-]+\))?, (.*)$/.exec(line) ?? []
		if (
			/^(syscall|debug\/|go\/|log\/syslog|runtime\/(?!debug|pprof|trace)|text\/template\/parse|image\/color\/palette)/.test(
				path,
			)
		)
			return path.startsWith('syscall') ? [] : [path.slice(path.lastIndexOf('/') + 1)]
		const own = /^(?:func|const|var|type) (\w+)|^method \([^)]*\) (\w+)/.exec(declared)
		const members = /^type \w+ (?:struct|interface)(?:, (\w+)| \{ ?(.*) \})/.exec(declared)
		const inside = members?.[2]?.match(/\b\p{Lu}\w*(?=\()/gu) ?? []
		return [...path.split('/'), own?.[1] ?? own?.[2] ?? '', members?.[1] ?? '', ...inside]
	})
}

/** The pages of rustdoc: their names and the anchors of what is in them are the public names. @param {string} folder of the pages */
export function rustNames(folder) {
	const skipped = /^\/(std|core|alloc)\/(arch|core_arch|core_simd|intrinsics|simd|os|f16|f128|unicode|ffi\/va_list)\b/
	return ['std', 'core', 'alloc', 'proc_macro'].flatMap((name) =>
		filesIn(folder, new RegExp(`^/${name}/.*\\.html$`)).flatMap((path) => {
			const below = path.slice(folder.length)
			if (skipped.test(below)) return []
			const anchors = matches(
				textOf(path),
				/id="(?:method|tymethod|variant|structfield|associatedconstant|associatedtype)\.(\w+)"/g,
			)
			return [
				...below.split('/').slice(1, -1),
				/^[a-z]+\.(\w+)\.html$/.exec(below.split('/').at(-1) ?? '')?.[1] ?? '',
				...anchors,
			]
		}),
	)
}

const javaModules = ['java.base', 'java.logging', 'java.net.http', 'java.sql']

/** What is public in the modules that programs use most. @param {string} home of a JDK */
export async function javaNames(home) {
	const tool = (/** @type {string} */ name) => join(home, 'bin', name)
	const names = []
	for (const module of javaModules) {
		const list = await run(tool('jimage'), [
			'list',
			'--include',
			`regex:/${module}/java.*`,
			join(home, 'lib', 'modules'),
		])
		const classes = matches(list, /^ +([\w/$]+)\.class\s*$/gm).filter(
			(name) =>
				!/\$\d|-|^java\/(?:lang\/(?:classfile|constant|foreign|runtime)|security\/(?:acl|spec|interfaces)|sql\/rowset)\/|Character\$Unicode|DatabaseMetaData$|Spi$/.test(
					name,
				),
		)
		for (let at = 0; at < classes.length; at += 400) {
			const text = await run(tool('javap'), [
				'-protected',
				'--module',
				module,
				...classes.slice(at, at + 400).map((name) => name.replaceAll('/', '.')),
			])
			names.push(...javapNames(text))
		}
	}
	return names
}

/** @param {string} text of `javap` */
function javapNames(text) {
	/** @type {string[]} */
	const names = []
	let isPublic = false
	for (const line of text.split('\n')) {
		const head = /^(?=(public )?).*?\b(?:class|interface) ([\w.$]+)/.exec(line)
		if (head && !line.startsWith(' ')) {
			isPublic = head[1] !== undefined
			if (isPublic) names.push(...(head[2]?.split(/[.$]/) ?? []))
		} else if (isPublic) names.push(/(\w+)(?:\(.*\).*|);$/.exec(line)?.[1] ?? '')
	}
	return names
}

/** The sources of the library, unpacked from its jar. @param {string} folder */
export async function kotlinNames(folder) {
	const read = matchesOf(
		/^(?!.*\b(?:internal|private)\b)[^/*\n]*?\b(?:fun|val|var)\s+(?:<[^\n]*?>\s+)?(?:[\w<>?, *]+\.)?`?(\w+)`?\s*(?=[(:<=\n]|$)|^(?!.*\b(?:internal|private)\b)[^/*\n]*?\b(?:class|interface|object|typealias)\s+(\w+)/gm,
	)
	return filesIn(folder, /\.kt$/).flatMap((path) => read(textOf(path)))
}

/** @param {RegExp} pattern */
const matchesOf = (pattern) => (/** @type {string} */ text) => matches(text, pattern)

/**
 * Names of headers: what a standard library may not name begins with an underscore, so all that is left is public.
 *
 * @param {readonly string[]} files
 */
export function headerNames(files) {
	return files.flatMap((path) => {
		const code = textOf(path).replace(
			/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|^\s*#\s*(?:error|warning|pragma|include)[^\n]*/gm,
			' ',
		)
		return code.match(/\b[A-Za-z]\w+\b/g) ?? []
	})
}

/** @param {string} include the folder of the C library's headers */
export function cNames(include) {
	const own =
		/^\/(?:x86_64-linux-gnu\/)?(?:bits\/(?!.*(?:syscall|stubs|statx|ioctl|ptrace|hwcap|elf|procfs|sigcontext|mathcalls|floatn|a\.out|utmp|link|libc-header|ss_flags)).*|sys\/(?:cdefs|epoll|eventfd|file|inotify|ioctl|ipc|mman|param|poll|queue|random|resource|select|sem|sendfile|shm|signalfd|socket|stat|statvfs|sysinfo|syslog|time|timerfd|times|types|uio|un|utsname|wait)\.h|(?:assert|complex|ctype|dirent|dlfcn|errno|fcntl|fenv|float|getopt|glob|inttypes|iso646|limits|locale|math|netdb|poll|pthread|pwd|regex|sched|semaphore|setjmp|signal|spawn|stdatomic|stdint|stdio|stdlib|string|strings|syslog|termios|tgmath|threads|time|uchar|unistd|wchar|wctype)\.h|(?:netinet\/(?:in|tcp)|arpa\/inet)\.h)$/
	return headerNames(filesIn(include, own))
}

/** @param {string} folder of the C++ library's headers */
export function cppNames(folder) {
	return headerNames(
		filesIn(folder, /^\/(?!debug|ext|experimental|parallel|pstl|tr1|tr2|profile|backward|decimal|x86).*$/),
	)
}

/** @param {string} folder with the documents of the base class library @param {string} changes with the lists of what came later */
export function csharpNames(folder, changes) {
	const isUsual =
		/^System(?:\.(?:Buffers|Collections|Collections\.(?:Concurrent|Frozen|Generic|Immutable|ObjectModel|Specialized)|ComponentModel(?:\.DataAnnotations)?|Data|Diagnostics|Globalization|IO(?:\.(?:Compression|Pipes|Pipelines))?|Linq|Net(?:\.(?:Http(?:\.(?:Headers|Json))?|Mail|Sockets|WebSockets))?|Numerics|Reflection|Runtime|Runtime\.(?:CompilerServices|InteropServices)|Security\.(?:Claims|Cryptography)|Text(?:\.(?:Json|Json\.Nodes|Json\.Serialization|RegularExpressions|Encodings\.Web))?|Threading(?:\.(?:Channels|Tasks|Tasks\.Dataflow))?|Timers|Xml|Xml\.Linq))?$/
	// What designers, debuggers and other languages need.
	const isRare =
		/^System\.(?:ComponentModel\.(?:Design|I?Bind|I?Cust|Inst|Licen|Mask|M(?!erg)|Ref|Sett|Tool|Type(?!Converter)|\w+Converter$|\w+Editor)|Runtime\.InteropServices\.(?!Marshal|DllImport|LibraryImport|Runtime|OSPlat|StructLayout|LayoutKind|GCHandle|Safe|In|Out|Memory|Collections)|Runtime\.CompilerServices\.(?!Unsafe|Caller|MethodImpl|Internals|Async|Conditional|Runtime|Await|TaskAwaiter)|Net\.(?:Cookie\w+P|Authentication\w+|Transport|Socket|Web(?:Perm)|DnsPerm)|Xml\.(?:XmlDictionary|XmlBinary|UniqueId|IXml|OnXml|IStream)|Reflection\.(?:Obfus|Portable|Pointer)|Data\.(?:Typed|Strong|TypedData|Property|Synt|Vers|ReadOnly|NoNull|InRow|Invalid|Oper|Missing|Merge|Fill|RowNot|Delet|Dup|Eval|State)|Security\.Cryptography\.(?:DSA|RC2|DES|TripleDES|PKCS|RSAPKCS|RSAO|Rijndael|MLDsa|MLKem|SlhDsa|Cng|Csp|Composite|Mac|To|From|Ri|RIP|CAPI))/
	const documented = filesIn(folder, /^\/\d+$/).flatMap((path) => {
		const text = textOf(path)
		const [, full = ''] = /<Type Name="[^"]*" FullName="([^"]*)"/.exec(text) ?? []
		if (!isUsual.test(full.replace(/\.[^.]*$/, '')) || isRare.test(full)) return []
		return [...full.split(/[.+&<]/), ...matches(text, /<Member MemberName="(\w+)(?="|&lt;|<)/g)]
	})
	const added = filesIn(changes, /_System[\w.]*\.md$/).flatMap((path) => {
		const [, space = ''] = /_(System[\w.]*)\.md$/.exec(path) ?? []
		if (!isUsual.test(space) || isRare.test(`${space}.`)) return []
		return matches(
			textOf(path),
			/^\+.*?(?:\b(?:class|struct|interface|enum|record|delegate [^(\n]*?) ?(\w+)(?=[ <:({]|$)|(\w+)(?:<[^(\n]*>)?\s*(?:\(|\{ |= |;|,$))/gm,
		)
	})
	return [...documented, ...added].filter((name) => !/^TLS_|Impl$|Oid|^InlineArray/.test(name))
}

/** The stubs of the extensions that PHP brings itself. @param {string} folder */
export async function phpNames(folder) {
	const read = await declaredNames({
		grammar: 'php',
		declaring: new Set([
			'function_definition',
			'method_declaration',
			'class_declaration',
			'interface_declaration',
			'trait_declaration',
			'enum_declaration',
			'enum_case',
			'const_element',
			'property_element',
		]),
		closed: new Set(['formal_parameters', 'attribute_list']),
		isHidden: ({ namedChildren }) =>
			namedChildren.some((child) => child?.type === 'visibility_modifier' && child.text === 'private'),
	})
	// What most builds of PHP have.
	const usual =
		/^\/(?:Core|date|hash|json|mbstring|pcre|PDO|SPL|standard|Reflection|ctype|curl|dom|fileinfo|filter|gd|iconv|intl|libxml|mysqli|openssl|random|session|SimpleXML|sockets|sqlite3|tokenizer|xml|xmlreader|xmlwriter|zip|zlib|readline|pcntl|posix|bcmath|superglobals|gettext|Phar)\/.*\.php$/
	return filesIn(folder, usual).flatMap((path) => {
		const text = textOf(path)
		const constants = matches(text, /\bdefine\s*\(\s*['"](\w+)['"]/g)
		const keepsConstants = /\/(?:Core|standard|json|mbstring|pcre|PDO|filter|date|session|SPL|curl)\//.test(path)
		const isRare = (/** @type {string} */ name) =>
			/^[A-Z\d_]+$/.test(name) &&
			(!keepsConstants ||
				/^(?:CURL(?!OPT|INFO_)|CURLOPT_(?:SSH|PROXY_|SOCKS|RTSP|TELNET|FTP|MAIL)|MB_CASE|FILEINFO)/.test(name))
		return [...read(text), ...constants].filter(
			(name) =>
				!isRare(name) &&
				!/^(?:sodium_|numfmt_|intlcal_|datefmt_|collator_|intltz_|ftp_|gmp_|posix_|xmlwriter_|imageps|PATTERN_|U[A-Z]+_)/.test(
					name,
				),
		)
	})
}

/** The signatures that Ruby keeps of its library. @param {string} folder */
export function rubyNames(folder) {
	const read = matchesOf(
		/^\s*(?:(?:private|public) )?(?:def (?:self\??\.)?`?(\w+)|alias (?:self\.)?(\w+)|attr_\w+ (?:self\.)?(\w+)|(?:class|module) ([\w:]+)|([A-Z]\w*) *:)/gm,
	)
	const names = filesIn(
		folder,
		/^\/(core(?!\/(?:rubygems|rbs|ruby_vm|rb_config))|stdlib\/(?!openssl|resolv|psych|objspace|net-(?!http)|pty|observable|random|io-|coverage|cgi|monitor|etc|rdoc|nkf|kconv|did_you_mean|ripper|minitest|prettyprint|tsort|dbm)).*\.rbs$/,
	).flatMap((path) => read(textOf(path)))
	return names.flatMap((name) => name.split('::'))
}

/** Asks the interpreter. @param {string} command */
export async function luaNames(command) {
	const program =
		'local seen = {} local function list(t) if seen[t] then return end seen[t] = true for k, v in pairs(t) do print(k) if type(v) == "table" then list(v) end end end list(_G) list(getmetatable(io.stdout))'
	return (await run(command, ['-e', program])).split('\n')
}
