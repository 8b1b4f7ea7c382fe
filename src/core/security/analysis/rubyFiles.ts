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

const ofApplication = [
	'models',
	'controllers',
	'helpers',
	'services',
	'lib',
	'jobs',
	'mailers',
	'forms',
	'queries',
	'policies',
	'presenters',
	'workers',
	'operations',
	'decorators',
	'uploaders',
	'models/concerns',
	'controllers/concerns',
]

/** Folders whose files define constants that a file sees without `require`, as Rails has them. */
export function rubyFolders(file: string): readonly string[] {
	const place = /^(.*\/)?(?:app|lib)\//.exec(file)
	if (!place) return []
	const [, root = ''] = place
	return [...ofApplication.map((it) => `${root}app/${it}`), `${root}lib`]
}
