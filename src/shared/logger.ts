export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** What a log line may carry beside its event name: lengths, counts, names and codes, never source text. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** The port of the log. `event` is a fixed name such as `completion.shown`, never a sentence made of data. */
export interface Logger {
	log(level: LogLevel, event: string, fields?: LogFields): void
}

export const silentLogger: Logger = { log() {} }
