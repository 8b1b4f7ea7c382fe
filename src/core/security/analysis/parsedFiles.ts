import { grammarOfPath } from '../../syntax/grammarOf.ts'
import { isRazor } from '../lowering/csharp/razor.ts'
import { isJsp } from '../lowering/java/jsp.ts'
import { isRubyTemplate } from '../lowering/ruby/templates.ts'
import { isPage } from '../lowering/script/pages.ts'

/** Whether a file is of a language that is parsed, or a template whose code is. @param path with `/` */
export function isParsed(path: string): boolean {
	return grammarOfPath(path) !== undefined || isRubyTemplate(path) || isRazor(path) || isJsp(path) || isPage(path)
}
