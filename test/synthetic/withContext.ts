import { readFileSync, writeFileSync } from 'node:fs'

/** A copy of a model file that declares another length of its context: what is asked does not fit into that of the starter model. */
export function withContext(path: string, tokens: number, copy: string): string {
	const bytes = readFileSync(path)
	const key = Buffer.from('.context_length')
	const at = bytes.indexOf(key) + key.length
	const type = bytes.readUInt32LE(at)
	if (at < key.length || type !== 4) throw new Error('The starter model declares its context in another way')
	bytes.writeUInt32LE(tokens, at + 4)
	writeFileSync(copy, bytes)
	return copy
}
