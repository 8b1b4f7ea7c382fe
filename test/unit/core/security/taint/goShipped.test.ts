import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('go'))

/** Of all files that are analyzed: the rules, and where the way of what they found begins. */
async function found(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
	const all = await analyze(files)
	return all.flatMap(({ findings }) =>
		findings.map(({ ruleId, file, path }) => `${ruleId} in ${file} from ${path[0]?.file}`),
	)
}

describe('a loop over the characters of a text', () => {
	const redirect = (loop: string) => ({
		'a.go': `package a
import ("net/http"; "strings")
func path(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") { return "/" }
	${loop}
	return next
}
func handle(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, path(r.FormValue("next")), 302) }`,
	})
	it.each([
		['that refuses one of them', 'for _, c := range next { if c == \'\\\\\' { return "/" } }', true],
		['that refuses several', "for _, c := range next { if c == '\\\\' || c <= ' ' { return \"/\" } }", true],
		['that refuses another one', 'for _, c := range next { if c == \'.\' { return "/" } }', false],
		['that only looks at it', "for _, c := range next { if c == '\\\\' { println(c) } }", false],
	])('%s', async (_, loop, isSafe) => {
		expect(await found(redirect(loop))).toEqual(isSafe ? [] : ['go/open-redirect in a.go from a.go'])
	})
})

it('what a source asks for is where the way begins, in another file too', async () => {
	const files = {
		'a.go': 'package a\nimport "net/http"\nfunc handle(w http.ResponseWriter, r *http.Request) { unpack(r.Body) }',
		'b.go': `package a
import ("compress/gzip"; "io"; "sync")
var readers = sync.Pool{New: func() any { return new(gzip.Reader) }}
func unpack(packed io.Reader) ([]byte, error) {
	reader := readers.Get().(*gzip.Reader)
	if err := reader.Reset(packed); err != nil { return nil, err }
	return io.ReadAll(reader)
}`,
	}
	expect(await found(files)).toEqual(['go/decompression-bomb in b.go from a.go'])
})
