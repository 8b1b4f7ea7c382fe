import * as vscode from 'vscode'
import type { contextKeys } from './ids.ts'

type ContextKey = (typeof contextKeys)[keyof typeof contextKeys]

/** The context keys of this window. */
export class ContextKeys {
	private readonly raised = new Set<ContextKey>()

	set(key: ContextKey, value: boolean): void {
		if (this.raised.has(key) === value) return
		if (value) this.raised.add(key)
		else this.raised.delete(key)
		tellEditor(key, value)
	}

	/**
	 * Runs `open`, which makes the editor read the walkthrough. It ticks a step off when a key changes, and for good not
	 * when the key is true already as it reads the step (seen in 1.139): so the keys are lowered for that moment.
	 */
	async lowerDuring(open: () => PromiseLike<unknown>): Promise<void> {
		for (const key of this.raised) tellEditor(key, false)
		try {
			await open()
		} finally {
			for (const key of this.raised) tellEditor(key, true)
		}
	}
}

function tellEditor(key: ContextKey, value: boolean): void {
	void vscode.commands.executeCommand('setContext', key, value)
}
