import type { CodeSpan } from '../../tree/codeNode.ts'
import { madeSomewhere } from '../duckTyped.ts'
import type { Machine } from '../machine.ts'
import type { GlobalCall } from '../natives/native.ts'
import { unknown, type Value } from '../value.ts'

const typeOf = '@type'

/** `web.AppKey('store', Store)` (aiohttp): what an application keeps under this key is of the class. */
export function typedKey({ machine, path, values }: GlobalCall): Value | undefined {
	const type = values.positional[1] ?? values.keywords.get('t')
	if (machine.language !== 'python' || !type || type.classes.length === 0) return undefined
	const id = machine.newObject('instance')
	machine.store.ownObject(id)?.fields.set(typeOf, type)
	return { ...unknown, objects: [id], paths: [`${path}()`] }
}

/** `request.app[STORE]`: an object of the key's class, where what is kept there is not known better. */
export function keptUnder(machine: Machine, index: Value, item: Value, at: CodeSpan): Value {
	if (!machine.sawTaint || item.objects.length > 0 || index.objects.length !== 1) return item
	const [of] = machine.store.object(index.objects[0] as number)?.fields.get(typeOf)?.classes ?? []
	return of ? madeSomewhere(machine, of, at) : item
}
