import { describe } from 'vitest'
import { lowerGo } from '../../../../../src/core/security/lowering/go/lowerGo.ts'
import { testGoldenIr } from './goldenIr.ts'

describe('lowerGo', () => testGoldenIr('go', lowerGo, '# go'))
