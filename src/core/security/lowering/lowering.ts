import type { ModuleIr } from '../ir/ir.ts'
import type { ParsedCode } from '../tree/codeNode.ts'

/** Makes the IR of a file from its tree. Never throws, whatever the tree: what it does not understand becomes `opaque` or a gap. */
export type Lowering = (code: ParsedCode) => ModuleIr
