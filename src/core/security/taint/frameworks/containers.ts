import type { ArgumentValues, Machine } from '../machine.ts'
import { unknown, type Value } from '../value.ts'

const asking = /^(?:get|resolve|resolveAsync|inject|getInstance|get_instance|instance)$/

/** What a container of services gives for a class that it is asked for by name: `Container.get(Mailer)`, `inject(Mailer)`, `injector.get(Mailer)`. */
export function contained(
	machine: Machine,
	name: string,
	{ positional, rest }: ArgumentValues,
	paths: readonly string[],
): Value | undefined {
	if (machine.language !== 'javascript' && machine.language !== 'python') return undefined
	const [asked, ...more] = positional
	if (!asked || rest || !asking.test(name)) return undefined
	// A session of a database is asked for a record of a class, and by its key as well.
	const [ofClass] = asked.classes
	if (!ofClass) return ofLibrary(machine, asked, paths)
	if (asked.classes.length > 1 || (machine.language === 'python' && more.length > 0)) return undefined
	return { ...unknown, paths, objects: [machine.newObject('instance', { ofClass, isOpen: true })] }
}

/** `inject(ActivatedRoute)`: an object of a class of a library, which is what its name stands for. */
function ofLibrary(
	{ language }: Machine,
	{ paths: [asked, ...more] }: Value,
	paths: readonly string[],
): Value | undefined {
	if (language !== 'javascript' || asked === undefined || more.length > 0) return undefined
	return className.test(asked) ? { ...unknown, paths: [...paths, asked] } : undefined
}

/** No constant in capitals, and nothing that is global. */
const className = /^[@\w/.-]+\.[A-Z]\w*[a-z]\w*$/
