// Writes the names of each language's own library into grammars/names/: node scripts/libraryNames.mjs --sources FOLDER [--only go,rust]
// Run by hand when a language has a new version; the lists are kept in the repository. FOLDER holds what is read, each in a folder of
// this name; a Debian package is unpacked with `dpkg-deb -x`, or installed and linked.
//
//   pyright          the npm package pyright, unpacked: the stubs of Python's standard library
//   go               /usr/share/go-VERSION of the Debian package golang-VERSION-src, for its folder `api`
//   rust-doc         /usr/share/doc/rust-doc/html of the Debian package rust-doc
//   jdk              a JDK with bin/jimage and bin/javap, such as that of the Debian package openjdk-25-jdk-headless
//   kotlin           kotlin-stdlib-sources.jar of the npm package kotlin-compiler, unpacked
//   include          /usr/include of the Debian package libc6-dev
//   c++              /usr/include/c++/VERSION of the Debian package libstdc++-VERSION-dev
//   netdocs          netdocs.zip of the Debian package monodoc-manual, unpacked
//   dotnet-core      the `api-diff` folders of the repository dotnet/core: what came after that
//   phpstorm-stubs   the repository JetBrains/phpstorm-stubs
//   rbs              the repository ruby/rbs
//
// TypeScript and Node are read from node_modules. For Lua the command lua5.4 is asked. Names in shell scripts are not judged, so
// there is no list for them.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { frontCoded } from './lib/frontCoded.mjs'
import * as read from './lib/libraryReaders.mjs'
import { fail, StepError } from './lib/progress.mjs'
import { root } from './lib/root.mjs'

/** @typedef {{ source: string, version: string, license: string }} Source where names were read */
/** @typedef {{ names: string[], sources: Source[] }} Library */

const folder = join(root, 'grammars', 'names')
const manifestFile = join(folder, 'manifest.json')

/** What no source lists: words that a grammar takes for names, and what is known to everybody. Shorter ones are never judged. */
const besides = {
	typescript:
		'arguments undefined globalThis __dirname __filename __proto__ require module exports satisfies describe it test suite expect before after beforeEach afterEach beforeAll afterAll jest React key ref children className htmlFor onClick onChange onSubmit',
	python:
		'self cls None True False print __init__ __name__ __main__ __file__ __doc__ __all__ __slots__ __dict__ __class__ __version__ args kwargs match case',
	go: 'append cap clear close complex copy delete imag len make max min new panic print println real recover nil true false iota any bool byte comparable error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr complex64 complex128 init main internal syscall Errno Signal SIGINT SIGTERM SIGHUP SIGKILL',
	rust: 'self Self super crate derive cfg cfg_attr test allow warn deny forbid expect inline must_use deprecated doc feature no_std no_mangle repr non_exhaustive target_os target_arch unused dead_code unused_variables unused_imports unused_mut missing_docs clippy macro_use macro_export macro_rules path union default debug_assertions should_panic ignore main core alloc std packed transparent',
	java: 'main args record sealed permits yield var length java javax util lang',
	kotlin:
		'main args field value get set init companion data inner open override it this kotlin jvm JvmStatic JvmField JvmOverloads JvmName Throws Synchronized Volatile Transient printStackTrace message stackTraceToString name ordinal entries size keys values key length',
	c: 'main argc argv environ defined __func__ __VA_ARGS__ __FILE__ __LINE__ __attribute__ __inline__ __restrict__ __declspec __cplusplus __DATE__ __TIME__ NULL bool true false nullptr uint8_t int8_t uint16_t int16_t uint32_t int32_t uint64_t int64_t size_t ssize_t ptrdiff_t',
	cpp: 'override final noexcept constexpr nullptr this std',
	csharp:
		'var value field args nameof record async await dynamic global add remove get set init partial where select from orderby group into join let ascending descending when required file managed unmanaged notnull nint nuint Main System',
	php: 'self static parent this true false null __construct __destruct __call __callStatic __get __set __isset __unset __toString __invoke __clone __debugInfo __serialize __unserialize __sleep __wakeup __set_state __CLASS__ __DIR__ __FILE__ __LINE__ __FUNCTION__ __METHOD__ __NAMESPACE__ stdClass iterable mixed never void object callable int float string bool array strict_types declare match enum readonly _GET _POST _SERVER _SESSION _COOKIE _FILES _ENV _REQUEST GLOBALS',
	ruby: 'self nil true false __FILE__ __method__ __dir__ initialize attr_reader attr_writer attr_accessor require require_relative include extend prepend private public protected module_function private_constant raise loop lambda proc puts block_given respond_to_missing method_missing inherited included extended const_missing to_s to_str to_proc each',
	lua: 'self __index __newindex __call __tostring __eq __lt __le __add __sub __mul __div __mod __pow __unm __idiv __concat __len __gc __mode __close __name __metatable __pairs __ipairs setfenv getfenv unpack loadstring module bit32 jit bit ffi table maxn pow log10 ldexp frexp',
}

/** @param {string} sources @returns {Record<keyof typeof besides, () => Promise<Library>>} */
function libraries(sources) {
	const at = (/** @type {string} */ name) => {
		const path = join(sources, name)
		if (!existsSync(path))
			throw new StepError(`${path} is missing.`, 'The head of scripts/libraryNames.mjs says what belongs there.')
		return path
	}
	const npm = (/** @type {string} */ name, /** @type {string} */ home, /** @type {string} */ license) => {
		const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
		return { source: `npm: ${name}`, version, license }
	}
	const made = async (
		/** @type {Iterable<string> | Promise<Iterable<string>>} */ names,
		/** @type {Source[]} */ ...from
	) => ({
		names: [...(await names)],
		sources: from,
	})
	const modules = join(root, 'node_modules')
	return {
		typescript: () =>
			made(
				read.typescriptNames(),
				npm('typescript', join(modules, 'typescript'), 'Apache-2.0'),
				npm('@types/node', join(modules, '@types', 'node'), 'MIT'),
			),
		python: () => made(read.pythonNames(at('pyright')), npm('pyright (typeshed)', at('pyright'), 'Apache-2.0')),
		go: () => made(read.goNames(at('go')), versioned.go),
		rust: () => made(read.rustNames(at('rust-doc')), versioned.rust),
		java: () => made(read.javaNames(at('jdk')), versioned.java),
		kotlin: () => made(read.kotlinNames(at('kotlin')), versioned.kotlin),
		c: () => made(read.cNames(at('include')), versioned.c),
		cpp: () => made(read.cppNames(at('c++')), versioned.cpp),
		csharp: () => made(read.csharpNames(at('netdocs'), at('dotnet-core')), versioned.netdocs, versioned.dotnet),
		php: () => made(read.phpNames(at('phpstorm-stubs')), versioned.php),
		ruby: () => made(read.rubyNames(at('rbs')), versioned.ruby),
		lua: () => made(read.luaNames('lua5.4'), versioned.lua),
	}
}

/** What was read last: to be changed with it. Names alone are taken, no text of a source. */
const versioned = {
	go: { source: 'Debian: golang-1.27-src', version: '1.27.3-1', license: 'BSD-3-Clause' },
	rust: { source: 'Debian: rust-doc', version: '1.97.1+dfsg1-1', license: 'MIT OR Apache-2.0' },
	java: { source: 'Temurin JDK', version: '25.0.3', license: 'GPL-2.0-only WITH Classpath-exception-2.0' },
	kotlin: { source: 'npm: kotlin-compiler (kotlin-stdlib-sources.jar)', version: '2.4.20', license: 'Apache-2.0' },
	c: { source: 'Debian: libc6-dev', version: '2.36-9+deb12u14', license: 'LGPL-2.1-or-later' },
	cpp: { source: 'Debian: libstdc++-15-dev', version: '15.3.0-5', license: 'GPL-3.0-or-later WITH GCC-exception-3.1' },
	netdocs: { source: 'Debian: monodoc-manual', version: '6.12.0.199+dfsg-6', license: 'MIT' },
	dotnet: { source: 'repository: dotnet/core', version: '0e9eb8828b73f69cfae6bd74ec93b6e438b8e77d', license: 'MIT' },
	php: {
		source: 'repository: JetBrains/phpstorm-stubs',
		version: '4e14dd6b8c20af38c7d42a8bcfc5a8dd40ced583',
		license: 'Apache-2.0',
	},
	ruby: {
		source: 'repository: ruby/rbs',
		version: '584b4cf0346895027f3688e954d42c56eda5a1dc',
		license: 'BSD-2-Clause OR Ruby',
	},
	lua: { source: 'Debian: lua5.4', version: '5.4.4-3+deb12u1', license: 'MIT' },
}

/**
 * Names of at least three characters that are nobody's own; in the same order on every machine.
 *
 * @param {readonly string[]} ofLibrary
 * @param {readonly string[]} more
 */
function publicNames(ofLibrary, more) {
	const wanted = /^[A-Za-z$][\w$]{2,59}$|^__\w+__$/
	return [
		...new Set([...ofLibrary.filter((name) => wanted.test(name)), ...more.filter(({ length }) => length > 2)]),
	].sort()
}

try {
	const { values } = parseArgs({
		options: { sources: { type: 'string', default: 'out/library' }, only: { type: 'string' } },
	})
	const all = libraries(resolve(values.sources))
	/** @type {{ name: string, count: number, size: number, sha256: string, sources: Source[] }[]} */
	let entries = existsSync(manifestFile) ? JSON.parse(readFileSync(manifestFile, 'utf8')).names : []
	mkdirSync(folder, { recursive: true })
	const inC = new Set()
	for (const name of /** @type {(keyof typeof besides)[]} */ (Object.keys(all))) {
		if (
			values.only !== undefined &&
			!values.only.split(',').includes(name) &&
			!(name === 'c' && values.only.includes('cpp'))
		)
			continue
		const { names, sources } = await all[name]()
		const ofLibrary = name === 'php' ? names.map((found) => found.replace(/^\$/, '')) : names
		const known = publicNames(ofLibrary, besides[name].split(' '))
		if (name === 'c') for (const found of known) inC.add(found)
		// Whoever reads C++ has the names of C too.
		const own = name === 'cpp' ? known.filter((found) => !inC.has(found)) : known
		const text = frontCoded(own)
		writeFileSync(join(folder, `${name}.txt`), text)
		const sha256 = createHash('sha256').update(text).digest('hex')
		const size = Buffer.byteLength(text)
		entries = [...entries.filter((entry) => entry.name !== name), { name, count: own.length, size, sha256, sources }]
		console.log(`${name}: ${own.length} names, ${Math.round(size / 1000)} KB`)
	}
	entries.sort((a, b) => (a.name < b.name ? -1 : 1))
	writeFileSync(manifestFile, `${JSON.stringify({ names: entries }, null, 2)}\n`)
	console.log(`together ${Math.round(entries.reduce((sum, { size }) => sum + size, 0) / 1000)} KB`)
} catch (error) {
	fail(error)
}
