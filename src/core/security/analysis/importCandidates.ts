import type { IrLanguage } from '../ir/ir.ts'

export interface ImportCandidate {
	/** Relative to the root, with `/`. */
	readonly file: string
	/** Whether what was imported is the file itself. */
	readonly isWhole: boolean
}

export interface ImportingFile {
	readonly file: string
	readonly packageName: string | undefined
}

const scriptEndings = [
	'.ts',
	'.tsx',
	'.js',
	'.jsx',
	'.mjs',
	'.cjs',
	'.mts',
	'.cts',
	'/index.ts',
	'/index.tsx',
	'/index.js',
	'/index.mjs',
]

/** Where the file of an import may be, the likeliest place first; empty for what is of a library for sure. */
export function importCandidates(
	language: IrLanguage,
	from: ImportingFile,
	module: string,
	imported: string | undefined,
): readonly ImportCandidate[] {
	switch (language) {
		case 'javascript':
			return ofScript(from.file, module)
		case 'python':
			return ofPython(from.file, module, imported)
		case 'java':
			return ofJava(from, module, imported)
		case 'php':
			return imported === undefined ? ofPath(language, from.file, module) : ofNamespace(from.file, module, imported)
		case 'ruby':
			if (module.startsWith('@component:')) return ofContainer(from.file, module.slice('@component:'.length))
			return module.startsWith('@') ? ofTemplate(from.file, module.slice(1)) : ofPath(language, from.file, module)
		case 'c':
			return ofC(from.file, module)
		case 'csharp':
			return module === '@controller' ? ofView(from.file) : []
		default:
			return []
	}
}

function ofScript(from: string, module: string): readonly ImportCandidate[] {
	// What a component draws is looked at with the component; to others it hands nothing.
	if (/\.(?:vue|svelte|html?|css|scss|less|svg|png|json)(?:\?[\w&=]*)?$/.test(module)) return []
	const own = /^(?:[@~#]\/|(?=src\/))(.+)/.exec(module)?.[1]
	if (own !== undefined) return ofAlias(from, own)
	if (!module.startsWith('.') && !module.startsWith('/')) return []
	const path = joinPath(folderOf(from), module)
	return path === undefined ? [] : scriptsAt(path)
}

/** `@/lib/a` of bundlers begins where the sources do: at a folder around the file, or in what is called so there. */
function ofAlias(from: string, module: string): readonly ImportCandidate[] {
	const folders = ancestorsOf(folderOf(from))
	return folders.flatMap((it) =>
		['', 'src/', 'app/'].flatMap((sources) => scriptsAt(`${it === '' ? '' : `${it}/`}${sources}${module}`)),
	)
}

function scriptsAt(path: string): readonly ImportCandidate[] {
	const bare = path.replace(/\.(js|mjs|cjs|jsx)$/, '')
	const names = /\.\w+$/.test(path) ? [path, ...(bare === path ? [] : [`${bare}.ts`, `${bare}.tsx`])] : []
	return whole([...names, ...scriptEndings.map((ending) => path + ending)])
}

function ofPython(from: string, module: string, imported: string | undefined): readonly ImportCandidate[] {
	const dots = /^\.*/.exec(module)?.[0].length ?? 0
	const path = module.slice(dots).replaceAll('.', '/')
	let folder = folderOf(from)
	for (let at = 1; at < dots; at++) folder = folderOf(folder)
	const found: ImportCandidate[] = []
	const folders = dots > 0 ? [folder] : ancestorsOf(folder)
	for (const it of folders) {
		const base = [it, path].filter((part) => part !== '').join('/')
		if (imported !== undefined) {
			const inside = base === '' ? imported : `${base}/${imported}`
			found.push({ file: `${inside}.py`, isWhole: true }, { file: `${inside}/__init__.py`, isWhole: true })
		}
		if (path !== '') found.push({ file: `${base}.py`, isWhole: false })
		if (base !== '') found.push({ file: `${base}/__init__.py`, isWhole: false })
	}
	return found
}

function ofJava(from: ImportingFile, module: string, imported: string | undefined): readonly ImportCandidate[] {
	const name = imported === undefined ? '' : `/${imported}`
	return packageFolders(from, module).flatMap((it) => whole([`${it}${name}.java`, `${it}.java`]))
}

/** Where the files of a package or namespace may be: from where the folders of all begin, which the file's own package tells. */
export function packageFolders(from: ImportingFile, module: string): readonly string[] {
	const folder = folderOf(from.file)
	const own = from.packageName?.replaceAll('.', '/') ?? ''
	const isAtHome = own === '' || folder === own || folder.endsWith(`/${own}`)
	const roots = isAtHome ? [folder.slice(0, folder.length - own.length)] : []
	const path = module.replaceAll('.', '/')
	const inRoots = roots.map((root) => root + path)
	const part = isAtHome ? undefined : partOfPackage(folder, own)
	if (part !== undefined && path.startsWith(part.missing)) inRoots.push(part.root + path.slice(part.missing.length))
	return inRoots
}

/** Those of C#: who has no namespace stands in the project's own folder, whose namespace is most often the first parts of the others. */
export function namespaceFolders(from: ImportingFile, module: string): readonly string[] {
	const found = packageFolders(from, module)
	if (from.packageName !== undefined) return found
	const folder = folderOf(from.file)
	const parts = module.split('.')
	const inside = parts.slice(1).map((_, at) => parts.slice(at + 1).join('/'))
	return [...found, ...inside.map((it) => (folder === '' ? it : `${folder}/${it}`))]
}

/** Where the first parts of a package have no folders of their own: those parts, and where the folders of the others begin. */
function partOfPackage(folder: string, own: string): { readonly missing: string; readonly root: string } {
	const parts = own.split('/')
	for (let count = parts.length - 1; count > 0; count--) {
		const end = parts.slice(-count).join('/')
		if (folder === end || folder.endsWith(`/${end}`))
			return { missing: `${parts.slice(0, -count).join('/')}/`, root: folder.slice(0, folder.length - end.length) }
	}
	return { missing: `${own}/`, root: folder === '' ? '' : `${folder}/` }
}

function ofPath(language: IrLanguage, from: string, module: string): readonly ImportCandidate[] {
	const ending = language === 'php' ? '.php' : language === 'ruby' ? '.rb' : ''
	const path = module.endsWith(ending) ? module : module + ending
	const beside = joinPath(folderOf(from), path.replace(/^\/+/, ''))
	const found = beside === undefined ? [] : [beside]
	if (!path.startsWith('.')) found.push(path.replace(/^\/+/, ''), `lib/${path}`)
	return whole(found)
}

/** Folders of headers and of what they declare, which projects put beside each other. */
const foldersOfC = ['include', 'src', 'source', 'lib']

/** Beside the file or from the root, as the compiler is told to look; then in the folders that most projects keep their headers and sources in. */
function ofC(from: string, module: string): readonly ImportCandidate[] {
	const near = ofPath('c', from, module)
	if (module.startsWith('.')) return near
	const path = module.replace(/^\/+/, '')
	const around = ancestorsOf(folderOf(from)).slice(0, deepestAround)
	const files = around.flatMap((it) => {
		const base = it === '' ? '' : `${it}/`
		return [`${base}${path}`, ...foldersOfC.map((folder) => `${base}${folder}/${path}`)]
	})
	return [...near, ...whole([...new Set(files)].filter((it) => near.every(({ file }) => file !== it)))]
}

/** Folders around a file of C in which its headers are looked for. */
const deepestAround = 4

/** What belongs to a template of Rails by the place where it is: `app/views/shop/orders/show.html.erb`. */
function ofTemplate(from: string, what: string): readonly ImportCandidate[] {
	const place = /^(.*\/)?app\/(?:views|controllers)\/(.+)$/.exec(from)
	if (!place) return []
	const [, root = '', path = ''] = place
	const folder = path
		.replace(/_controller\.rb$/, '/x')
		.slice(0, path.replace(/_controller\.rb$/, '/x').lastIndexOf('/'))
	switch (what) {
		case 'controller':
			return whole([`${root}app/controllers/${folder}_controller.rb`])
		case 'helper':
			return whole([`${root}app/helpers/${folder}_helper.rb`])
		case 'application_helper':
			return whole([`${root}app/helpers/application_helper.rb`])
		default: {
			const name = what.replace(/^partial:/, '')
			const at = name.lastIndexOf('/')
			const base = at < 0 ? `${folder}/_${name}` : `${name.slice(0, at)}/_${name.slice(at + 1)}`
			return whole(['.html.erb', '.erb', '.js.erb', '.text.erb'].map((ending) => `${root}app/views/${base}${ending}`))
		}
	}
}

/** The controller whose view a file is, by its place: `Views/Orders/List.cshtml`. */
function ofView(from: string): readonly ImportCandidate[] {
	const place = /^(.*\/)?Views\/(\w+)\/\w+\.cshtml$/.exec(from)
	return place ? whole([`${place[1] ?? ''}Controllers/${place[2]}Controller.cs`]) : []
}

/** Where Hanami and dry-system have what is in their containers: `shop/mailers/welcome` in `app/mailers/welcome.rb`, `lib/shop/mailers/welcome.rb` or a slice. */
function ofContainer(from: string, path: string): readonly ImportCandidate[] {
	const place = /^(.*\/)?(?:app|lib|slices)\//.exec(from)
	if (!place) return []
	const [, root = ''] = place
	const own = path.slice(path.indexOf('/') + 1)
	return whole([`app/${own}`, `lib/${path}`, `slices/${path}`, `lib/${own}`].map((it) => `${root}${it}.rb`))
}

/** The first parts of a namespace may have no folders: `App\\Http\\A` is `app/Http/A.php`, `src/Http/A.php` or `A.php`. */
function ofNamespace(from: string, module: string, imported: string): readonly ImportCandidate[] {
	const parts = module.split('.').filter((it) => it !== '')
	const ends = [...parts, ''].map((_, at) => [...parts.slice(at), `${imported}.php`].join('/'))
	// A project may stand in a folder of the workspace, beside others.
	const roots = ancestorsOf(folderOf(from))
	const folders = [...roots, ...roots.flatMap((it) => foldersOfPhp.map((name) => (it === '' ? name : `${it}/${name}`)))]
	return whole(ends.flatMap((end) => folders.map((it) => (it === '' ? end : `${it}/${end}`))))
}

/** Folders that projects keep their classes in. */
const foldersOfPhp = ['src', 'app', 'lib', 'classes']

function whole(files: readonly string[]): readonly ImportCandidate[] {
	return files.map((file) => ({ file, isWhole: false }))
}

export function folderOf(file: string): string {
	const at = file.lastIndexOf('/')
	return at < 0 ? '' : file.slice(0, at)
}

function ancestorsOf(folder: string): readonly string[] {
	const found = [folder]
	for (let at = folder; at !== ''; ) {
		at = folderOf(at)
		found.push(at)
	}
	return found
}

/** Undefined where the path leads out of the root. */
function joinPath(folder: string, path: string): string | undefined {
	const parts = folder === '' ? [] : folder.split('/')
	for (const part of path.split('/')) {
		if (part === '' || part === '.') continue
		if (part === '..') {
			if (parts.length === 0) return undefined
			parts.pop()
		} else parts.push(part)
	}
	return parts.join('/')
}
