import type { FolderListings } from './folderListings.ts'
import { folderOf } from './importCandidates.ts'
import type { LoadedFile } from './program.ts'
import { rubyRoot } from './rubyFiles.ts'

/*
 * Programs in JavaScript hand services to what needs them, without a word of what they are: `routes({ sessions })` gets what `sessions.js` beside
 * it exports, or `services/sessionService.js`.
 */

const mostNames = 60
const mostFound = 8
/** Folders beside the file's own in which services stand. */
const serviceFolders = [
	'services',
	'service',
	'repositories',
	'repository',
	'stores',
	'store',
	'domain',
	'lib',
	'core',
	'db',
	'data',
	'models',
	'usecases',
]
const parts = /(?:services?|repositor(?:y|ies)|repo|stores?|manager|client|dao|gateway|provider|model|api|db)$/

/** @param asked gets the folders that were looked at @returns files that by their names hold what somebody hands to a file of JavaScript. */
export async function handedFiles(
	folders: FolderListings,
	from: LoadedFile,
	asked: Set<string>,
): Promise<readonly string[]> {
	if (from.ir.language === 'ruby') return handedInRuby(folders, from, asked)
	if (from.ir.language === 'java') return configuring(folders, from, asked)
	if (from.ir.language !== 'javascript') return []
	const wanted = receiversIn(from)
	if (wanted.size === 0) return []
	const own = folderOf(from.file)
	const around = own === '' ? undefined : folderOf(own)
	const beside = around === undefined ? [] : serviceFolders.map((it) => (around === '' ? it : `${around}/${it}`))
	const found: string[] = []
	if (around !== undefined) found.push(...(await inFoldersCalled(folders, around, wanted, asked)))
	for (const folder of new Set([own, ...beside])) {
		const names = await folders.list(folder)
		if (names.length > 0) asked.add(`${folder}/`)
		for (const name of names) {
			const [, stem] = /^([\w.-]+?)\.[cm]?[jt]sx?$/.exec(name) ?? []
			const path = folder === '' ? name : `${folder}/${name}`
			if (stem === undefined || path === from.file || /\.(?:d|test|spec)$/.test(stem)) continue
			if (wanted.has(plainName(stem)) && found.length < mostFound) found.push(path)
		}
	}
	return found
}

const container =
	/@(?:\w+\.)*(?:Component|Service|Repository|Controller|RestController|Configuration|ApplicationScoped|RequestScoped|Singleton|Named|Inject|Autowired)\b/
const configuration = /(?:Config|Configuration|Configurer|Beans|Module|Producers?|Application)\.java$/
const configurationFolders = ['config', 'configuration', 'conf']
/** So many folders up from its own the configuration of a program may stand. */
const farthest = 3

/** Of Java what by its name makes the objects that a container hands to services: `config/MailConfig.java`. */
async function configuring(folders: FolderListings, from: LoadedFile, asked: Set<string>): Promise<readonly string[]> {
	if (!container.test(from.text)) return []
	const found: string[] = []
	let folder = folderOf(from.file)
	for (let up = 0; up <= farthest && folder !== '' && !folder.endsWith('/java'); up++, folder = folderOf(folder)) {
		for (const place of [folder, ...configurationFolders.map((it) => `${folder}/${it}`)]) {
			const names = await folders.list(place)
			if (names.length > 0) asked.add(`${place}/`)
			for (const name of names) {
				const path = `${place}/${name}`
				if (configuration.test(name) && path !== from.file && found.length < mostFound && !found.includes(path))
					found.push(path)
			}
		}
	}
	return found
}

/** A folder has the name, and the file says what it is: `directory/client.js` for `directory`. */
async function inFoldersCalled(
	folders: FolderListings,
	around: string,
	wanted: ReadonlySet<string>,
	asked: Set<string>,
): Promise<readonly string[]> {
	const found: string[] = []
	const inners = await folders.list(around)
	// A folder of the name may come later.
	if (inners.length > 0) asked.add(`${around}/`)
	for (const inner of inners) {
		if (!/^[a-zA-Z][\w-]*$/.test(inner) || !wanted.has(plainName(inner))) continue
		const folder = around === '' ? inner : `${around}/${inner}`
		const names = await folders.list(folder)
		if (names.length > 0) asked.add(`${folder}/`)
		for (const name of names) if (ofFolder.test(name) && found.length < mostInFolders) found.push(`${folder}/${name}`)
	}
	return found
}

/** What a file is called that holds what its folder is there for. */
const ofFolder = /^(?:index|client|service|store|repository|manager|provider|gateway|dao)\.[cm]?[jt]sx?$/
const mostInFolders = 4

/** Of Ruby what has the name of an object that the constructor is given: `@users` in `lib/accounts/user_repository.rb`. */
async function handedInRuby(folders: FolderListings, from: LoadedFile, asked: Set<string>): Promise<readonly string[]> {
	const wanted = new Set<string>()
	for (const [, name = ''] of from.text.matchAll(/@([a-z]\w{3,39})&?\.[a-z]\w{0,60}[?!]?\(/g)) {
		if (wanted.size >= mostNames) break
		wanted.add(plainName(name))
	}
	if (wanted.size === 0) return []
	const own = folderOf(from.file)
	const root = rubyRoot(from.file) ?? (own === '' ? '' : `${folderOf(own)}/`.replace(/^\/$/, ''))
	const found: string[] = []
	const look = async (folder: string): Promise<readonly string[]> => {
		const names = await folders.list(folder)
		if (names.length > 0) asked.add(`${folder}/`)
		for (const name of names) {
			const path = folder === '' ? name : `${folder}/${name}`
			if (!name.endsWith('.rb') || path === from.file || found.length >= mostFound) continue
			if (wanted.has(plainName(name.slice(0, -'.rb'.length)))) found.push(path)
		}
		return names
	}
	await look(own)
	for (const top of new Set([`${root}lib`, `${root}app`])) {
		const inner = (await look(top)).filter((it) => /^[a-z_]+$/.test(it)).slice(0, mostInner)
		for (const it of inner) if (`${top}/${it}` !== own) await look(`${top}/${it}`)
	}
	return [...new Set(found)]
}

const mostInner = 30

/** What methods are called on that the file neither imports nor makes, as names of files have it. */
function receiversIn({ text, ir, scopes }: LoadedFile): ReadonlySet<string> {
	const imported = new Set(ir.body.flatMap((it) => (it.kind === 'import' ? it.names.map(({ local }) => local) : [])))
	const names = new Set<string>()
	for (const [, name = ''] of text.matchAll(/(?<![\w$])([a-z][a-zA-Z]{3,39})\.[a-zA-Z]\w{0,60}\(/g)) {
		if (names.size >= mostNames) break
		if (!imported.has(name) && !scopes.topSlots.has(name)) names.add(name)
	}
	return new Set([...names].map(plainName))
}

/** `giftCards`, `gift-card.service` and `GiftCardService` are one. */
export function plainName(name: string): string {
	const plain = name.replace(/[^a-zA-Z\d]/g, '').toLowerCase()
	const stem = plain.replace(parts, '')
	return (stem.length > 2 ? stem : plain).replace(/ies$/, 'y').replace(/s$/, '')
}
