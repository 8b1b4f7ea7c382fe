import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from '../../scripts/lib/root.mjs'

/** Bundles the thread that reads PDF files, as the build does. @returns its path */
export async function bundlePdfThread(folder: string): Promise<string> {
	const outfile = join(folder, 'pdfWorker.cjs')
	await build({
		entryPoints: [join(root, 'src/node/documents/pdfWorker.ts')],
		...{ outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20' },
		define: { fetch: 'undefined', XMLHttpRequest: 'undefined' },
	})
	return outfile
}
