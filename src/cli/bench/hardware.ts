import { arch, cpus, platform, release, totalmem } from 'node:os'

/** The machine that was measured on. */
export interface Hardware {
	readonly processor: string
	readonly cores: number
	readonly memoryGb: number
	readonly system: string
	readonly node: string
}

export function describeHardware(): Hardware {
	return {
		processor: cpus()[0]?.model.trim() ?? 'unknown',
		cores: cpus().length,
		memoryGb: Math.round(totalmem() / 2 ** 30),
		system: `${platform()} ${arch()} ${release()}`,
		node: process.versions.node,
	}
}
