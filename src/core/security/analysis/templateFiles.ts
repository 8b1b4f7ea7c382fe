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

/** Templates that a program names in its texts. */
export function templatesNamedIn(language: IrLanguage, text: string): readonly string[] {
	if (!filling.has(language) || !/render|view|template|RequestDispatcher|\bModel\b/i.test(text)) return []
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
]
const endings = [
	'.ejs',
	'.pug',
	'.hbs',
	'.handlebars',
	'.njk',
	'.html',
	'.twig',
	'.html.twig',
	'.mustache',
	'.jade',
	'.jsp',
	'.ftl',
	'.ftlh',
	'.blade.php',
]
const mostFolders = 10

/** Folders where a template may be that a file names, the nearest first, and what it may be called there. */
export function templatePlaces(
	from: string,
	named: string,
): { readonly folders: readonly string[]; readonly names: readonly string[] } {
	const name = named.replace(/^[./@]+/, '').replace(/^\w+::?/, '')
	const dotted =
		/^[\w-]+(?:\.[\w-]+)+$/.test(name) && !isTemplateName(name) ? [`${name.replaceAll('.', '/')}.blade.php`] : []
	const names = isTemplateName(name) ? [name] : [...endings.map((it) => name + it), ...dotted]
	const around: string[] = []
	for (let at = folderOf(from); around.length < mostFolders; at = folderOf(at)) {
		around.push(at)
		if (at === '') break
	}
	const places = around.flatMap((it) => folders.map((one) => (it === '' || one === '' ? it + one : `${it}/${one}`)))
	return { folders: [...new Set(places)], names }
}
