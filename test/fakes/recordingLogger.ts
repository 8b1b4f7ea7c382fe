import type { LogFields, Logger, LogLevel } from '../../src/shared/logger.ts'

export interface LogLine {
	readonly level: LogLevel
	readonly event: string
	readonly fields: LogFields
}

export class RecordingLogger implements Logger {
	readonly lines: LogLine[] = []

	log(level: LogLevel, event: string, fields: LogFields = {}): void {
		this.lines.push({ level, event, fields })
	}

	events(): string[] {
		return this.lines.map((line) => line.event)
	}
}
