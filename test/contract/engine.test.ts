import { forkEngine } from '../../src/node/engine/engineProcess.ts'
import { engineEntry } from '../engineFiles.ts'
import { FakeEngineProcess } from '../fakes/fakeEngine.ts'
import { engineContract } from './engineContract.ts'

engineContract('the fake engine', () => new FakeEngineProcess(1))
engineContract('the engine process', () => forkEngine(engineEntry))
