import type { IrLanguage } from '../ir/ir.ts'
import { isTemplateName } from '../templates/readTemplate.ts'
import { folderOf } from './importCandidates.ts'

const mostNames = 40

/** Languages whose programs fill templates that stand in files of their own. */
const filling: ReadonlySet<IrLanguage> = new Set(['javascript', 'python', 'php', 'java'])
/** What a function that fills a template is called; what it is given may be a name without an ending. */
const rendering =
	/\b(?:render\w*|view|make|template|display|Render|ModelAndView|setViewName|forward)\s{0,5}\([^'"`()\n]{0,60}['"`]([\w./@:-]{1,120})['"`]/g
const returned = /\breturn\s{1,5}"([\w./-]{1,120})"\s{0,5};/g
const withEnding =
	/['"`]([\w./@:-]{1,120}\.(?:html?|xhtml|jinja2?|j2|njk|twig|djhtml|ejs|eta|hbs|handlebars|mustache|pug|jade|ftlh?|jsp|tpl))['"`]/g

const words = ['render', 'view', 'View', 'emplate', 'Dispatcher', 'Model']

/** Templates that a program names in its texts. */
export function templatesNamedIn(language: IrLanguage, text: string): readonly string[] {
	if (!filling.has(language) || !words.some((it) => text.includes(it))) return []
	const names = new Set<string>()
	const patterns = language === 'java' ? [withEnding, rendering, returned] : [withEnding, rendering]
	for (const pattern of patterns)
		for (const [, name = ''] of text.matchAll(pattern)) if (names.size < mostNames) names.add(name)
	return [...names]
}

const folders = [
	'',
	'views',
	'templates',
	'app/views',
	'app/templates',
	'src/views',
	'src/templates',
	'server/views',
	'resources/views',
	'src/main/resources/templates',
	'src/main/webapp/WEB-INF/views',
	'src/main/webapp/WEB-INF/jsp',
	'src/main/webapp/WEB-INF',
	'src/main/webapp',
	'partials',
	'views/partials',
	'templates/partials',
]
/** What is left out of a name, by who fills it. */
const endings: Readonly<Partial<Record<IrLanguage, readonly string[]>>> = {
	javascript: ['.ejs', '.pug', '.hbs', '.handlebars', '.njk', '.html', '.twig', '.mustache', '.jade', '.eta'],
	python: ['.html', '.tpl'],
	php: ['.blade.php', '.html.twig', '.twig', '.tpl', '.html'],
	java: ['.html', '.jsp', '.ftlh', '.ftl', '.mustache'],
}
const mostFolders = 10

/** What a template may be called that a program has a name for; all of them in one folder. */
export function templateNames(language: IrLanguage, named: string): readonly string[] {
	const name = named.replace(/^[./@]+/, '').replace(/^\w+::?/, '')
	if (isTemplateName(name)) return [name]
	// `users.show` (Laravel)
	if (language === 'php' && /^[\w-]+(?:\.[\w-]+)+$/.test(name)) return [`${name.replaceAll('.', '/')}.blade.php`]
	return (endings[language] ?? []).map((it) => name + it)
}

/** Folders where templates may be that the files of a folder name, the nearest first. */
export function templateFolders(folder: string): readonly string[] {
	const around: string[] = []
	for (let at = folder; around.length < mostFolders; at = folderOf(at)) {
		around.push(at)
		if (at === '') break
	}
	return [
		...new Set(around.flatMap((it) => folders.map((one) => (it === '' || one === '' ? it + one : `${it}/${one}`)))),
	]
}
