import { FakeEngineProcess, type FakeEngineScript } from './fakeEngine.ts'

/** Starts fake engines and keeps them, the latest last. */
export class FakeEngineFarm {
	readonly all: FakeEngineProcess[] = []
	/** What the next engine is given. */
	script: FakeEngineScript
	/** The next start fails with this. */
	startError: Error | undefined

	constructor(script: FakeEngineScript = {}) {
		this.script = script
	}

	readonly start = (): FakeEngineProcess => {
		if (this.startError !== undefined) throw this.startError
		const engine = new FakeEngineProcess(1001 + this.all.length, this.script)
		this.all.push(engine)
		return engine
	}

	get latest(): FakeEngineProcess {
		const engine = this.all.at(-1)
		if (engine === undefined) throw new Error('no engine was started')
		return engine
	}

	get alive(): number {
		return this.all.filter((engine) => engine.isAlive).length
	}
}
