import { constant, constantOf, unknown, type Value } from '../value.ts'
import type { GlobalCall, NativeCall } from './native.ts'

const parser = 'configparser.ConfigParser()'

/** `configparser.ConfigParser()` (Python): a map by section and key. What it reads from a file is not known. */
export function parserOf({ machine }: GlobalCall): Value {
	return { ...unknown, paths: [parser], objects: [machine.newObject('map', { isOpen: true })] }
}

/** `parser.get(section, key)` and `parser.set(section, key, value)` as methods of a plain map; all other calls as they are. */
export function bySection(call: NativeCall): NativeCall {
	if (!call.self.paths.includes(parser)) return call
	const [section, key, ...more] = call.values.positional
	if (!section || !key) return call
	const names = [constantOf(section), constantOf(key)]
	// Keys are the same in capitals.
	const name = names.every((it) => typeof it === 'string')
		? constant(`${names[0]}\n${names[1]}`.toLowerCase())
		: unknown
	return { ...call, values: { ...call.values, positional: [name, ...more] } }
}
