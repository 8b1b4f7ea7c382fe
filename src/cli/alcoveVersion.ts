import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param extensionRoot absolute path of the folder with package.json */
export function alcoveVersion(extensionRoot: string): string {
	return JSON.parse(readFileSync(join(extensionRoot, 'package.json'), 'utf8')).version
}
