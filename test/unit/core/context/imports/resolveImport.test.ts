import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importsIn } from '../../../../../src/core/context/imports/importsIn.ts'
import { isProjectFile, readProjectFile } from '../../../../../src/core/context/imports/projectFile.ts'
import type { Definition, FileSymbols } from '../../../../../src/core/context/symbols/fileSymbols.ts'
import { SymbolTable } from '../../../../../src/core/context/symbols/symbolTable.ts'
import { grammarOfPath } from '../../../../../src/core/syntax/grammarOf.ts'

/** What is there: project files with their text; other files with the package that they are in and what they define. */
type Tree = Readonly<Record<string, string | readonly [packageName: string, ...names: string[]]>>

const define = (name: string): Definition => ({
	name,
	kind: 'class',
	container: undefined,
	signature: name,
	doc: '',
	startLine: 0,
	endLine: 1,
	exported: true,
})

function tableOf(tree: Tree): SymbolTable {
	const table = new SymbolTable()
	for (const [path, content] of Object.entries(tree)) {
		if (isProjectFile(path)) table.setProject(path, readProjectFile(path, String(content)))
		else {
			const [packageName = '', ...names] = typeof content === 'string' ? [] : content
			table.set(fileOf(path, packageName, names))
		}
	}
	return table
}

function fileOf(path: string, packageName = '', names: readonly string[] = []): FileSymbols {
	const grammar = grammarOfPath(path) ?? 'typescript'
	return { path, grammar, packageName, definitions: names.map(define), imports: [], mentions: '' }
}

const files = (...paths: string[]): Tree => Object.fromEntries(paths.map((path) => [path, '']))

/** What the imports of a statement mean in a file. */
function meant(table: SymbolTable, path: string, statement: string): string[] {
	const imports = importsIn(grammarOfPath(path) ?? 'typescript', statement)
	return [...new Set(imports.flatMap((imported) => table.resolve(path, imported)))]
}

const script = (table: SymbolTable, path: string, from: string) => meant(table, path, `import { a } from '${from}'`)

describe('imports of TypeScript and JavaScript', () => {
	it('are found beside the file, with the ending of the source or of what is made of it', () => {
		const table = tableOf(
			files('src/a.ts', 'src/b.tsx', 'src/sub/index.ts', 'src/c.d.ts', 'lib/d.js', 'src/x.service.ts'),
		)
		expect(script(table, 'src/main.ts', './a')).toEqual(['src/a.ts'])
		expect(script(table, 'src/main.ts', './a.js')).toEqual(['src/a.ts'])
		expect(script(table, 'src/main.ts', './b.js')).toEqual(['src/b.tsx'])
		expect(script(table, 'src/main.ts', './c')).toEqual(['src/c.d.ts'])
		expect(script(table, 'src/main.ts', './sub')).toEqual(['src/sub/index.ts'])
		expect(script(table, 'src/sub/deep.ts', '..')).toEqual([])
		expect(script(table, 'src/sub/deep.ts', '.')).toEqual(['src/sub/index.ts'])
		expect(script(table, 'src/main.ts', '../lib/d.js')).toEqual(['lib/d.js'])
		expect(script(table, 'src/main.ts', './x.service')).toEqual(['src/x.service.ts'])
		expect(script(table, 'src/main.ts', '../../../a')).toEqual([])
	})

	it('are nothing where they come from elsewhere, whatever files are called', () => {
		const table = tableOf(
			files('src/path.ts', 'packages/react.ts', 'node/fs.ts', 'src/fs/promises.ts', 'src/lodash/get.ts'),
		)
		for (const from of ['path', 'react', 'node:fs', 'fs/promises', 'lodash/get', '@types/react', 'react/jsx-runtime']) {
			expect(script(table, 'src/main.ts', from)).toEqual([])
		}
	})

	it('follow the paths of the nearest compiler file, with comments and last commas', () => {
		const table = tableOf({
			'tsconfig.json': `{
				// Where others are.
				"compilerOptions": { "baseUrl": ".", "paths": {
					"@shared/*": ["libs/common/src/*", "libs/old/*"], /* "x": ["y"], */
					"@shared/special/*": ["special/*"],
					"config": ["settings/config.ts"],
				}, },
			}`,
			'other/tsconfig.json': '{}',
			...files('libs/common/src/date.ts', 'libs/old/gone.ts', 'special/a.ts', 'settings/config.ts', 'app/view.ts'),
		})
		expect(script(table, 'app/main.ts', '@shared/date')).toEqual(['libs/common/src/date.ts'])
		expect(script(table, 'app/main.ts', '@shared/gone')).toEqual(['libs/old/gone.ts'])
		expect(script(table, 'app/main.ts', '@shared/special/a')).toEqual(['special/a.ts'])
		expect(script(table, 'app/main.ts', 'config')).toEqual(['settings/config.ts'])
		expect(script(table, 'app/main.ts', 'app/view')).toEqual(['app/view.ts'])
		expect(script(table, 'other/main.ts', '@shared/date')).toEqual([])
		expect(script(table, 'app/main.ts', '@shared/nothing')).toEqual([])
	})

	it('follow paths without a base URL from the file that has them, also where another extends it', () => {
		const table = tableOf({
			'config/tsconfig.base.json':
				'{"compilerOptions":{"paths":{"~lib/*":["../lib/*"],"own/*":["\\u0024{configDir}/own/*"]}}}',
			'apps/one/tsconfig.json': '{"extends":"../../config/tsconfig.base"}',
			'apps/two/tsconfig.json': '{"extends":["@acme/config/tsconfig.base.json"],"references":[]}',
			'config/package.json': '{"name":"@acme/config"}',
			'apps/three/tsconfig.json': '{"files":[]}',
			'apps/three/tsconfig.app.json': '{"extends":"../../config/tsconfig.base.json"}',
			'apps/four/jsconfig.json': '{"compilerOptions":{"baseUrl":"./code"}}',
			...files('lib/a.ts', 'apps/one/own/b.ts', 'apps/four/code/c.js'),
		})
		for (const app of ['one', 'two', 'three']) {
			expect(script(table, `apps/${app}/src/main.ts`, '~lib/a')).toEqual(['lib/a.ts'])
		}
		expect(script(table, 'apps/one/main.ts', 'own/b')).toEqual(['apps/one/own/b.ts'])
		expect(script(table, 'apps/four/main.js', 'c')).toEqual(['apps/four/code/c.js'])
	})

	it('go round no circle of files that extend each other', () => {
		const table = tableOf({
			'tsconfig.json': '{"extends":"./tsconfig.b.json"}',
			'tsconfig.b.json': '{"extends":"./tsconfig.json"}',
		})
		expect(script(table, 'a.ts', 'x')).toEqual([])
	})

	it("find the workspace's own packages by their names", () => {
		const table = tableOf({
			'package.json': '{"name":"root","workspaces":["packages/*"]}',
			'packages/ui/package.json': `{"name":"@acme/ui","exports":{
				".":{"types":"./dist/main.d.ts","import":"./dist/main.js"},"./icons/*":"./src/icons/*.tsx"}}`,
			'packages/core/package.json': '{"name":"core","main":"lib/entry.js"}',
			'packages/plain/package.json': '{"name":"plain"}',
			...files('packages/ui/src/main.ts', 'packages/ui/src/icons/star.tsx', 'packages/core/lib/entry.js'),
			...files('packages/core/src/deep/thing.ts', 'packages/plain/src/index.ts'),
		})
		expect(script(table, 'app.ts', '@acme/ui')).toEqual(['packages/ui/src/main.ts'])
		expect(script(table, 'app.ts', '@acme/ui/icons/star')).toEqual(['packages/ui/src/icons/star.tsx'])
		expect(script(table, 'app.ts', 'core')).toEqual(['packages/core/lib/entry.js'])
		expect(script(table, 'app.ts', 'core/deep/thing')).toEqual(['packages/core/src/deep/thing.ts'])
		expect(script(table, 'app.ts', 'plain')).toEqual(['packages/plain/src/index.ts'])
		expect(script(table, 'app.ts', '@acme/other')).toEqual([])
	})

	it("follow a package's own names", () => {
		const table = tableOf({
			'a/package.json': '{"imports":{"#db":{"node":"./src/db/node.ts"},"#util/*.js":"./dist/util/*.js"}}',
			'b/package.json': '{}',
			...files('a/src/db/node.ts', 'a/src/util/text.ts'),
		})
		expect(script(table, 'a/src/main.ts', '#db')).toEqual(['a/src/db/node.ts'])
		expect(script(table, 'a/src/main.ts', '#util/text.js')).toEqual(['a/src/util/text.ts'])
		expect(script(table, 'b/main.ts', '#db')).toEqual([])
	})

	it('take @/ and ~/ for the sources of the package where no compiler file says more', () => {
		const table = tableOf({ 'app/package.json': '{}', ...files('app/src/store.ts', 'app/pages/home.ts') })
		expect(script(table, 'app/src/main.ts', '@/store')).toEqual(['app/src/store.ts'])
		expect(script(table, 'app/src/main.ts', '~/pages/home')).toEqual(['app/pages/home.ts'])
	})
})

describe('imports of Python', () => {
	const table = tableOf(
		files(
			...[
				'src/pkg/__init__.py',
				'src/pkg/core.py',
				'src/pkg/json.py',
				'src/pkg/sub/__init__.py',
				'src/pkg/sub/deep.py',
			],
			...['tests/helpers.py', 'tests/test_core.py', 'tools/logging.py', 'space/part/module.py'],
		),
	)

	it('are found in and beside the package', () => {
		expect(meant(table, 'src/pkg/core.py', 'from .sub import deep')).toEqual([
			'src/pkg/sub/deep.py',
			'src/pkg/sub/__init__.py',
		])
		expect(meant(table, 'src/pkg/sub/deep.py', 'from ..core import Thing')).toEqual(['src/pkg/core.py'])
		expect(meant(table, 'src/pkg/sub/deep.py', 'from . import other')).toEqual(['src/pkg/sub/__init__.py'])
		expect(meant(table, 'src/pkg/core.py', 'from ..... import x')).toEqual([])
	})

	it('are found from a folder that is no package, and nowhere else', () => {
		expect(meant(table, 'tests/test_core.py', 'from pkg.core import Thing')).toEqual(['src/pkg/core.py'])
		expect(meant(table, 'tests/test_core.py', 'import pkg')).toEqual(['src/pkg/__init__.py'])
		expect(meant(table, 'tests/test_core.py', 'import helpers')).toEqual(['tests/helpers.py'])
		expect(meant(table, 'tests/test_core.py', 'import space.part.module as m')).toEqual(['space/part/module.py'])
		for (const other of ['json', 'logging', 'core', 'os.path', 'sub.deep']) {
			expect(meant(table, 'src/pkg/core.py', `import ${other} as x`)).toEqual([])
		}
	})

	it('are found where the workspace is the package itself', () => {
		const inside = tableOf(files('__init__.py', 'core.py', 'sub/__init__.py'))
		expect(meant(inside, 'sub/__init__.py', 'from pkg.core import Thing')).toEqual(['core.py'])
	})
})

describe('imports of Go', () => {
	const tree = {
		...files('store/store.go', 'store/store_test.go', 'errors/errors.go', 'tools/gen/gen.go', 'main.go'),
		'go.mod': '// The module.\nmodule example.com/acme/app/v2\n\ngo 1.22\n',
		'tools/go.mod': 'module example.com/acme/tools',
	} satisfies Tree

	it('are folders of the modules of the workspace', () => {
		const table = tableOf(tree)
		expect(meant(table, 'main.go', '"example.com/acme/app/v2/store"')).toEqual(['store/store.go'])
		expect(meant(table, 'store/store.go', '"example.com/acme/app/v2"')).toEqual(['main.go'])
		expect(meant(table, 'main.go', '"example.com/acme/tools/gen"')).toEqual(['tools/gen/gen.go'])
		expect(meant(table, 'main.go', '"errors"')).toEqual([])
		expect(meant(table, 'main.go', '"github.com/other/store"')).toEqual([])
	})

	it('are found by the end of their paths where no module is known', () => {
		const { 'go.mod': _, 'tools/go.mod': __, ...rest } = tree
		const table = tableOf({ ...rest, 'internal/cache/cache.go': '' })
		expect(meant(table, 'main.go', '"example.com/acme/app/v2/store"')).toEqual(['store/store.go'])
		expect(meant(table, 'main.go', '"example.com/acme/app/internal/cache"')).toEqual(['internal/cache/cache.go'])
		expect(meant(table, 'main.go', '"example.com/other/cache"')).toEqual([])
		expect(meant(table, 'main.go', '"errors"')).toEqual([])
	})
})

describe('imports of Rust', () => {
	const table = tableOf({
		...files(
			'app/src/main.rs',
			'app/src/config.rs',
			'app/src/net/mod.rs',
			'app/src/net/http.rs',
			'app/src/config/file.rs',
		),
		...files(
			'engine-core/src/lib.rs',
			'engine-core/src/graph.rs',
			'engine-core/tests/all.rs',
			'engine-core/tests/common/mod.rs',
		),
		...files('odd/code/entry.rs', 'odd/code/part.rs', 'lib/serde.rs'),
		'app/Cargo.toml': '[package]\nname = "app"\n[dependencies]\nengine-core = { path = "../engine-core" }',
		'engine-core/Cargo.toml': '[package]\nname = "engine-core" # the core\nversion = "1.0.0"',
		'odd/Cargo.toml': '[lib]\nname = "strange"\npath = "code/entry.rs"\n[package]\nname = "odd"',
	})

	it('are found in the crate', () => {
		expect(meant(table, 'app/src/net/http.rs', 'use crate::config::Config;')).toEqual(['app/src/config.rs'])
		expect(meant(table, 'app/src/net/http.rs', 'use super::Client;')).toEqual(['app/src/net/mod.rs'])
		expect(meant(table, 'app/src/main.rs', 'mod net;')).toEqual(['app/src/net/mod.rs'])
		expect(meant(table, 'app/src/config.rs', 'use self::file::Reader;')).toEqual(['app/src/config/file.rs'])
		expect(meant(table, 'app/src/config/file.rs', 'use super::Config;')).toEqual(['app/src/config.rs'])
		expect(meant(table, 'app/src/main.rs', 'use net::http;')).toEqual(['app/src/net/http.rs'])
		expect(meant(table, 'app/src/net/http.rs', 'use crate::Args;')).toEqual(['app/src/main.rs'])
	})

	it('are found in the other crates of the workspace by their names', () => {
		expect(meant(table, 'app/src/main.rs', 'use engine_core::graph::Node;')).toEqual(['engine-core/src/graph.rs'])
		expect(meant(table, 'app/src/main.rs', 'use engine_core::Engine;')).toEqual(['engine-core/src/lib.rs'])
		expect(meant(table, 'app/src/main.rs', 'use strange::part::Part;')).toEqual(['odd/code/part.rs'])
		expect(meant(table, 'engine-core/tests/all.rs', 'mod common;')).toEqual(['engine-core/tests/common/mod.rs'])
		expect(meant(table, 'app/src/main.rs', 'use serde::Serialize;')).toEqual([])
		expect(meant(table, 'app/src/main.rs', 'use std::net::http;')).toEqual([])
	})
})

describe('imports of Java, Kotlin and C#', () => {
	const table = tableOf({
		'app/src/main/java/a/b/C.java': ['a.b', 'C'],
		'app/src/main/java/a/b/D.java': ['a.b', 'D'],
		'app/src/main/java/x/util/List.java': ['x.util', 'List'],
		'Code/Parts.cs': ['Acme.Parts', 'Part'],
		'System/Text.cs': ['Acme.System', 'Text'],
	})

	it('are found by the packages that files say they are in', () => {
		expect(meant(table, 'M.java', 'import a.b.C;')).toEqual(['app/src/main/java/a/b/C.java'])
		expect(meant(table, 'M.java', 'import static a.b.C.of;')).toEqual(['app/src/main/java/a/b/C.java'])
		expect(meant(table, 'M.java', 'import a.b.C.Inner;')).toEqual(['app/src/main/java/a/b/C.java'])
		expect(meant(table, 'M.kt', 'import a.b.*')).toHaveLength(2)
		expect(meant(table, 'M.java', 'import java.util.List;')).toEqual([])
		expect(meant(table, 'M.cs', 'using Acme.Parts;')).toEqual(['Code/Parts.cs'])
		expect(meant(table, 'M.cs', 'using static Acme.Parts.Part;')).toEqual(['Code/Parts.cs'])
		expect(meant(table, 'M.cs', 'using System.Text;')).toEqual([])
	})

	it('are found anew when a file says that it is in another package', () => {
		const changing = tableOf({ 'C.java': ['a', 'C'] })
		expect(meant(changing, 'M.java', 'import b.*;')).toEqual([])
		changing.set(fileOf('C.java', 'b', ['C']))
		expect(meant(changing, 'M.java', 'import b.*;')).toEqual(['C.java'])
	})
})

describe('imports of PHP', () => {
	it('are found by the folders that Composer is told of, else by namespaces', () => {
		const table = tableOf({
			'composer.json':
				'{"autoload":{"psr-4":{"Acme\\\\":"src/","Acme\\\\Log\\\\":["log/","more/"]}},"autoload-dev":{"psr-0":{"Old\\\\":"old"}}}',
			'src/Http/Client.php': ['Acme\\Http', 'Client'],
			'log/Handler.php': '',
			'more/Level.php': '',
			'old/Old/Thing.php': '',
			'elsewhere/x.php': ['Other\\Space', 'Found'],
			'src/Psr/Log/LoggerInterface.php': '',
		})
		expect(meant(table, 'a.php', 'use Acme\\Http\\Client;')).toEqual(['src/Http/Client.php'])
		expect(meant(table, 'a.php', 'use Acme\\Log\\{Handler, Level as L};')).toEqual([
			'log/Handler.php',
			'more/Level.php',
		])
		expect(meant(table, 'a.php', 'use Old\\Thing;')).toEqual(['old/Old/Thing.php'])
		expect(meant(table, 'a.php', 'use Other\\Space\\Found;')).toEqual(['elsewhere/x.php'])
		expect(meant(table, 'a.php', 'use Other\\Space;')).toEqual(['elsewhere/x.php'])
		expect(meant(table, 'a.php', 'use Psr\\Log\\LoggerInterface;')).toEqual([])
	})
})

describe('includes of C and C++', () => {
	it('are found beside the file, else in any folder whose path ends so', () => {
		const table = tableOf(files('src/a.h', 'include/lib/a.h', 'include/lib/b.hpp', 'src/types.h', 'other/a.c'))
		expect(meant(table, 'src/main.c', '#include "a.h"')).toEqual(['src/a.h'])
		expect(meant(table, 'src/main.c', '#include <lib/a.h>')).toEqual(['include/lib/a.h'])
		expect(meant(table, 'src/main.cpp', '#include "../include/lib/b.hpp"')).toEqual(['include/lib/b.hpp'])
		expect(meant(table, 'src/main.cpp', '#include <sys/types.h>')).toEqual([])
	})
})

describe('requires of Ruby', () => {
	const table = tableOf(
		files('gem/lib/acme/base.rb', 'gem/lib/acme/json.rb', 'gem/test/test_helper.rb', 'gem/lib/acme.rb'),
	)

	it('are found relative to the file, or where Ruby looks', () => {
		expect(meant(table, 'gem/lib/acme.rb', "require_relative 'acme/base'")).toEqual(['gem/lib/acme/base.rb'])
		expect(meant(table, 'gem/test/a.rb', "require 'acme/base'")).toEqual(['gem/lib/acme/base.rb'])
		expect(meant(table, 'gem/test/a.rb', "require 'test_helper'")).toEqual(['gem/test/test_helper.rb'])
		expect(meant(table, 'gem/lib/acme/base.rb', "require_relative 'json'")).toEqual(['gem/lib/acme/json.rb'])
		expect(meant(table, 'gem/lib/acme/base.rb', "require 'json'")).toEqual([])
	})
})

describe('what imports mean', () => {
	it('changes with the project files and with the files', () => {
		const table = tableOf(files('lib/a.ts'))
		expect(script(table, 'main.ts', '@lib/a')).toEqual([])
		table.setProject(
			'tsconfig.json',
			readProjectFile('tsconfig.json', '{"compilerOptions":{"paths":{"@lib/*":["./lib/*"]}}}'),
		)
		expect(script(table, 'main.ts', '@lib/a')).toEqual(['lib/a.ts'])
		expect(script(table, 'main.ts', '@lib/b')).toEqual([])
		table.set(fileOf('lib/b.ts'))
		expect(script(table, 'main.ts', '@lib/b')).toEqual(['lib/b.ts'])
		table.delete('lib/b.ts')
		expect(script(table, 'main.ts', '@lib/b')).toEqual([])
		table.setProject('tsconfig.json', undefined)
		expect(script(table, 'main.ts', '@lib/a')).toEqual([])
	})

	it('throws for nothing that a project file or an import may say', () => {
		const names = fc.constantFrom('tsconfig.json', 'package.json', 'composer.json', 'go.mod', 'Cargo.toml')
		const text = fc.oneof(
			fc.string(),
			fc.json(),
			fc.object().map((value) => JSON.stringify({ compilerOptions: value, exports: value, name: 'a' })),
		)
		const paths = fc.constantFrom('a.ts', 'b.py', 'c.go', 'd.rs', 'e.php', 'f.rb', 'g.h', 'h.java')
		fc.assert(
			fc.property(
				names,
				text,
				paths,
				fc.string(),
				fc.option(fc.string(), { nil: undefined }),
				(name, content, path, from, taken) => {
					const table = tableOf(files('a.ts', 'b.py', 'sub/c.go'))
					table.setProject(name, readProjectFile(name, content))
					return Array.isArray(table.resolve(path, { from, name: taken, alias: taken }))
				},
			),
		)
	})
})
