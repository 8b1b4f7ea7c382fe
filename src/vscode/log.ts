import * as vscode from 'vscode'
import { shortenHome } from '../core/diagnostics/shortenHome.ts'
import type { Disposable } from '../shared/disposable.ts'
import type { LogFields, Logger, LogLevel } from '../shared/logger.ts'

export interface EditorLog extends Logger, Disposable {
	show(): void
}

/** The output channel "Alcove"; its level is the one that the user chooses for it. */
export function createEditorLog(homeDir: string): EditorLog {
	const channel = vscode.window.createOutputChannel('Alcove', { log: true })
	return {
		log(level: LogLevel, event: string, fields?: LogFields) {
			channel[level](fields ? shortenHome(`${event} ${fieldText(fields)}`, homeDir) : event)
		},
		show: () => channel.show(),
		dispose: () => channel.dispose(),
	}
}

function fieldText(fields: LogFields): string {
	return Object.entries(fields)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${name}=${typeof value === 'number' ? rounded(value) : JSON.stringify(value)}`)
		.join(' ')
}

/** Times come with a dozen digits. */
function rounded(value: number): number {
	return Math.round(value * 10) / 10
}
