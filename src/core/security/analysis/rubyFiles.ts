/** Constants that are looked for, of one file. */
const mostConstants = 60

/** Paths without ending that the constants in a text would be defined in: `Shop::CartItem` in `shop/cart_item` and `shop`. */
export function rubyPaths(text: string): readonly string[] {
	const found = new Set<string>()
	for (const [name] of text.matchAll(/\b[A-Z]\w*(?:::[A-Z]\w*)*/g)) {
		if (found.size >= mostConstants) break
		const parts = name.split('::').map(underscored)
		found.add(parts.join('/'))
		if (parts.length > 1) found.add(parts[0] as string)
	}
	return [...found]
}

function underscored(name: string): string {
	return name
		.replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
		.replace(/([a-z\d])([A-Z])/g, '$1_$2')
		.toLowerCase()
}

/** Folders in folders of an application, whose names are no modules. */
const ofApplication = [
	'models',
	'controllers',
	'helpers',
	'services',
	'lib',
	'jobs',
	'models/concerns',
	'controllers/concerns',
]

/** The folder of the program that a file of an application or of a library belongs to, with a `/` at its end. */
export function rubyRoot(file: string): string | undefined {
	return /^(.*\/)?(?:app|lib)\//.exec(file)?.[0].replace(/(?:app|lib)\/$/, '')
}

/** Folders whose files define constants that a file sees without `require`, as Rails has them. */
export function rubyFolders(root: string): readonly string[] {
	return [...ofApplication.map((it) => `${root}app/${it}`), `${root}lib`]
}

/** Whether a folder of `app` has code by its name: each of them is one in which Rails looks. */
export function isRubyFolder(name: string): boolean {
	return /^[a-z_]+$/.test(name) && !/^(?:views|assets|javascript|frontend|components_js)$/.test(name)
}

/** The folders of the modules around what a file defines: `lib/shop/cart` and `lib/shop` for what `lib/shop/cart/item.rb` names. */
export function foldersAround(root: string, file: string): readonly string[] {
	const inside = file.slice(root.length).split('/').slice(0, -1)
	const own = file.slice(0, -'.rb'.length)
	// Of `lib` each folder is a module, of `app` those in its folders.
	const first = inside[0] === 'lib' ? 1 : 2
	const around = inside.slice(first).map((_, at) => root + inside.slice(0, at + first + 1).join('/'))
	return [...around, ...(file.endsWith('.rb') ? [own] : [])]
}
