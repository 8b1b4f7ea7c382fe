/** What a reviewer of one kind of defect looks at. */
export interface Rubric {
	/** `SQL injection`. */
	readonly name: string
	readonly cwe: readonly number[]
	/** At most 12: what makes it dangerous, what is safe, which checks are weak and which are strong. */
	readonly lines: readonly string[]
}
