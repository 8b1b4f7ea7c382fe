import { type Summary, summaryOf } from '../../src/cli/bench/statistics.ts'
import { defaultSettings } from '../../src/core/settings.ts'
import { EngineClient } from '../../src/node/engine/engineClient.ts'
import { forkEngine } from '../../src/node/engine/engineProcess.ts'
import { starterModelFiles } from '../../src/node/modelFiles.ts'
import { protocolVersion } from '../../src/protocol/engine.ts'
import { silentLogger } from '../../src/shared/logger.ts'

/** Milliseconds. */
export interface EngineStartResult {
	/** From the start of the process to its answer to the first message. */
	readonly handshake: Summary | undefined
	/** From asking for the starter model and its draft to having them; files are in the system's cache. */
	readonly load: Summary | undefined
	/** Of that, what the engine says it took itself. */
	readonly loadInEngine: Summary | undefined
	/** The smallest request and its answer, one after the other. */
	readonly roundTrip: Summary | undefined
	/** From asking the engine to end to its end. */
	readonly shutdown: Summary | undefined
}

const pings = 1_000
const warmUpPings = 100

export async function measureEngineStart(entry: string, root: string, times: number): Promise<EngineStartResult> {
	const handshakes: number[] = []
	const loads: number[] = []
	const inEngine: number[] = []
	const roundTrips: number[] = []
	const shutdowns: number[] = []
	for (let time = 0; time < times; time++) {
		const started = performance.now()
		const process = forkEngine(entry)
		const client = new EngineClient({ transport: process, logger: silentLogger })
		try {
			await client.request('initialize', { protocolVersion, gpu: defaultSettings['engine.gpu'] })
			handshakes.push(performance.now() - started)
			const contextSize = defaultSettings['engine.contextSize']
			const asked = performance.now()
			const { loadMs } = await client.request('loadModel', { ...starterModelFiles(root), contextSize })
			loads.push(performance.now() - asked)
			inEngine.push(loadMs)
			if (time === 0) roundTrips.push(...(await timePings(client)))
			const ended = performance.now()
			await client.request('shutdown', {})
			await process.exited
			shutdowns.push(performance.now() - ended)
		} finally {
			process.kill()
			client.dispose()
		}
	}
	return {
		handshake: summaryOf(handshakes),
		load: summaryOf(loads),
		loadInEngine: summaryOf(inEngine),
		roundTrip: summaryOf(roundTrips),
		shutdown: summaryOf(shutdowns),
	}
}

async function timePings(client: EngineClient): Promise<number[]> {
	const times: number[] = []
	for (let count = 0; count < warmUpPings + pings; count++) {
		const started = performance.now()
		await client.request('ping', {})
		times.push(performance.now() - started)
	}
	return times.slice(warmUpPings)
}
