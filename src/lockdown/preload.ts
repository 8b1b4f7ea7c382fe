import { lockDown } from './lockdown.ts'

// For what has nobody to tell: the process for chat templates, and, with --require, the process in which a native part is tried.
lockDown()
