import type { Clock } from '../../shared/clock.ts'
import type { DisposableStore } from '../../shared/disposable.ts'
import type { Logger } from '../../shared/logger.ts'
import type { ContextSource } from '../context/contextSource.ts'
import { type DefinitionServer, ServedContext } from '../context/servedContext.ts'
import type { CompletionModel } from '../model/ports.ts'
import type { CodeStructure } from '../syntax/codeStructure.ts'
import type { Judge } from './confidence/confidence.ts'
import { InlineCompleter } from './inlineCompleter.ts'

/** The completer with all that the extension gives it; what is measured is wired here, too. Everything ends with the store. */
export function wireCompleter(
	store: DisposableStore,
	deps: {
		readonly model: CompletionModel
		readonly code: CodeStructure & ContextSource
		readonly server: DefinitionServer
		readonly confidence: Judge
		readonly clock: Clock
		/** Default: the same clock. */
		readonly pauses?: Clock
		readonly logger: Logger
	},
): { readonly completer: InlineCompleter; readonly context: ServedContext } {
	const { code, server, clock, ...others } = deps
	const context = store.add(new ServedContext({ source: code, server, clock }))
	return { completer: store.add(new InlineCompleter({ ...others, structure: code, context, clock })), context }
}
