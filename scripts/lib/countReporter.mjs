// A vitest reporter that writes what happened to every test, as JSON. Vitest's own JSON lacks the reasons of skipped
// tests and the errors that belong to no test.
import { writeFileSync } from 'node:fs'

/**
 * @typedef {object} VitestOutcome
 * @property {number} passed
 * @property {string[]} failed what failed, and how: tests, files that could not be loaded, errors outside any test
 * @property {string[]} retried tests that passed only when they were tried again, and how they failed before
 * @property {{ name: string, reason: string }[]} skipped
 */

export default class CountReporter {
	/**
	 * @param {readonly import('vitest/node').TestModule[]} modules
	 * @param {readonly unknown[]} errors
	 */
	onTestRunEnd(modules, errors) {
		/** @type {VitestOutcome} */
		const outcome = { passed: 0, failed: [], retried: [], skipped: [] }
		for (const module of modules) {
			for (const test of module.children.allTests()) {
				const name = `${module.relativeModuleId} > ${test.fullName}`
				const result = test.result()
				if (result.state === 'passed') {
					outcome.passed++
					if (test.diagnostic()?.flaky) outcome.retried.push(withReason(name, result.errors))
				} else if (result.state === 'failed') outcome.failed.push(withReason(name, result.errors))
				// A pending test was begun or waited for when the run ended: nobody knows whether it would have passed.
				else if (result.state === 'pending') outcome.failed.push(`${name} (did not finish)`)
				else outcome.skipped.push({ name, reason: result.note ?? `no reason given (${test.options.mode})` })
			}
			if (module.errors().length > 0) outcome.failed.push(`${module.relativeModuleId} (outside its tests)`)
			for (const suite of module.children.allSuites()) {
				if (suite.errors().length > 0) {
					outcome.failed.push(`${module.relativeModuleId} > ${suite.fullName} (outside its tests)`)
				}
			}
		}
		for (const error of errors) outcome.failed.push(`unhandled error: ${firstLine(error)}`)
		// Vitest hands no options to a reporter named on its command line.
		const file = process.env.ALCOVE_TEST_REPORT
		if (!file) throw new Error('ALCOVE_TEST_REPORT does not name the file for the report')
		writeFileSync(file, JSON.stringify(outcome))
	}
}

/**
 * @param {string} name
 * @param {readonly unknown[] | undefined} errors
 */
function withReason(name, errors) {
	return errors?.length ? `${name}: ${firstLine(errors[0])}` : name
}

/** @param {unknown} error */
function firstLine(error) {
	const message = error && typeof error === 'object' && 'message' in error ? error.message : error
	return String(message).split('\n')[0]
}
