const test =
	/(^|\/)(tests?|specs?|__tests__|testdata|fixtures?|snapshots?|mocks?|__mocks__)\/|([._-](test|spec)|_test|Tests?)\.[^/.]+$|(^|\/)test_[^/]*$/
const changes = /(^|\/)(change(s|log)|history|news|releases?)([._-][^/]*)?$/i

/**
 * What a file counts beside others that have the same words: tests repeat the words of what they test, and a list of changes has all of
 * them. @param path with `/`
 */
export function pathWeight(path: string): number {
	if (changes.test(path)) return 0.5
	return test.test(path) ? 0.6 : 1
}
