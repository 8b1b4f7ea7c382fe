/** Where something stands in the data of a file. */
export type DataPath = readonly (string | number)[]

/** What is wrong with a part of a rule file. */
export interface RuleComplaint {
	readonly path: DataPath
	/** Whether it is about the key that the path ends with, not its value. */
	readonly atKey?: boolean
	readonly reason: string
}
