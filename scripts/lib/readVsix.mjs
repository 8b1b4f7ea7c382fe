import { open } from 'yauzl'

/**
 * @typedef {object} VsixEntry
 * @property {string} name path inside the VSIX, e.g. `extension/package.json`
 * @property {number} bytes unpacked
 */

/**
 * Lists a VSIX, and reads those of its files that are asked for.
 *
 * @param {string} file absolute path
 * @param {(name: string) => boolean} [wanted] whose contents to read
 * @returns {Promise<{ entries: VsixEntry[], contents: Map<string, Buffer> }>}
 */
export function readVsix(file, wanted = () => false) {
	return new Promise((resolve, reject) => {
		open(file, { lazyEntries: true }, (error, zip) => {
			if (error) return reject(error)
			/** @type {VsixEntry[]} */
			const entries = []
			/** @type {Map<string, Buffer>} */
			const contents = new Map()
			zip.on('error', reject)
			zip.on('end', () => resolve({ entries, contents }))
			zip.on('entry', (entry) => {
				if (!entry.fileName.endsWith('/')) entries.push({ name: entry.fileName, bytes: entry.uncompressedSize })
				if (!wanted(entry.fileName)) return zip.readEntry()
				zip.openReadStream(entry, (streamError, stream) => {
					if (streamError) return reject(streamError)
					/** @type {Buffer[]} */
					const chunks = []
					stream.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk))
					stream.on('error', reject)
					stream.on('end', () => {
						contents.set(entry.fileName, Buffer.concat(chunks))
						zip.readEntry()
					})
				})
			})
			zip.readEntry()
		})
	})
}
