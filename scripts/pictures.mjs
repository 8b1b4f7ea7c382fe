// Takes the pictures of the README from the real editor: node scripts/pictures.mjs
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fail } from './lib/progress.mjs'
import { root } from './lib/root.mjs'

async function main() {
	const { bundleTypeScript } = await import('./lib/bundleTypeScript.mjs')
	const script = join(root, 'out', 'pictures', 'takePictures.mjs')
	await bundleTypeScript(join(root, 'test', 'editor', 'pictures', 'takePictures.ts'), script)
	const { takePictures } = await import(pathToFileURL(script).href)
	await takePictures(join(root, 'media', 'pictures'))
}

await main().catch(fail)
