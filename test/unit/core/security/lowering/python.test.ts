import { describe } from 'vitest'
import { lowerPython } from '../../../../../src/core/security/lowering/python/lowerPython.ts'
import { testGoldenIr } from './goldenIr.ts'

describe('lowerPython', () => testGoldenIr('python', lowerPython, '# python'))
