import * as vscode from 'vscode'
import { type Disposable, DisposableStore } from '../shared/disposable.ts'
import { messageOf } from '../shared/errors.ts'
import type { Logger } from '../shared/logger.ts'
import { placeOf } from '../shared/placeOf.ts'
import { type CommandName, commandIds } from './ids.ts'

/** Gets what a menu or a code action hands over, such as a node of a tree, and all that is selected with it. */
export type CommandHandler = (argument?: unknown, others?: unknown) => unknown

/** Registers a handler for every command of the manifest. A command that fails says so: the user waits for its effect. */
export function registerCommands(handlers: Readonly<Record<CommandName, CommandHandler>>, logger: Logger): Disposable {
	const store = new DisposableStore()
	for (const name of Object.keys(commandIds) as CommandName[]) {
		store.add(
			vscode.commands.registerCommand(commandIds[name], async (argument: unknown, others: unknown) => {
				try {
					await handlers[name](argument, others)
				} catch (error) {
					logger.log('error', 'command.failed', { command: name, place: placeOf(error) })
					void vscode.window.showErrorMessage(vscode.l10n.t('Alcove: {0}', messageOf(error)))
				}
			}),
		)
	}
	return store
}
