import { type PackedRecord, readPacked, writePacked } from './packedFile.ts'

interface Vector {
	/** What a step of one is worth. */
	readonly scale: number
	readonly values: Int8Array
}

/**
 * Vectors of texts by the hash of the text, a byte a dimension: a text that moves keeps its vector. Of one model: those of another one are
 * of no use beside them.
 */
export class VectorTable {
	private readonly vectors = new Map<string, Vector>()
	isSaved = true

	get size(): number {
		return this.vectors.size
	}

	has(key: string): boolean {
		return this.vectors.has(key)
	}

	/** @param vector of length 1 */
	set(key: string, vector: readonly number[]): void {
		let most = 0
		for (const value of vector) most = Math.max(most, Math.abs(value))
		const scale = most / 127 || 1
		this.vectors.set(key, { scale, values: Int8Array.from(vector, (value) => Math.round(value / scale)) })
		this.isSaved = false
	}

	/** The cosine, about; undefined where there is no vector of as many dimensions. */
	likeness(key: string, query: Float32Array): number | undefined {
		const vector = this.vectors.get(key)
		if (vector?.values.length !== query.length) return undefined
		const { values, scale } = vector
		let sum = 0
		for (let at = 0; at < values.length; at++) sum += (values[at] ?? 0) * (query[at] ?? 0)
		return sum * scale
	}

	/** @param isUsed what it says no to is forgotten */
	keepOnly(isUsed: (key: string) => boolean): void {
		for (const key of [...this.vectors.keys()]) {
			if (isUsed(key)) continue
			this.vectors.delete(key)
			this.isSaved = false
		}
	}

	/** @param model what the vectors are of: those of another one are left where they are */
	async load(file: string, model: string): Promise<void> {
		for (const { head, body } of await readPacked(file, titleOf(model))) {
			const [key = '', scale] = head.split(' ')
			this.vectors.set(key, { scale: Number(scale), values: Int8Array.from(body, (byte) => (byte << 24) >> 24) })
		}
	}

	async save(file: string, model: string): Promise<void> {
		this.isSaved = true
		await writePacked(file, titleOf(model), this.records())
	}

	private *records(): Generator<PackedRecord> {
		for (const [key, { scale, values }] of this.vectors) {
			yield { head: `${key} ${scale}`, body: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) }
		}
	}
}

function titleOf(model: string): string {
	return `vectors 1 ${model}`
}
