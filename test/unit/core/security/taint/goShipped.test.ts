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

it('a method beside a type of another file of the package is analyzed where it is', async () => {
	const files = {
		'a.go': `package a
import ("net/http"; "os")
func (f *files) show(w http.ResponseWriter, r *http.Request) { os.Open(f.locate(r.FormValue("name"))) }`,
		'b.go': `package a
import "path/filepath"
type files struct { dir string }
func (f *files) locate(name string) string { return filepath.Join(f.dir, name) }`,
	}
	expect(await found(files)).toEqual(['go/path-traversal in a.go from a.go'])
})

describe('what a handler sends to a channel reaches a worker', () => {
	const program = (worker: string) => ({
		'a.go': `package a
import ("net/http"; "os/exec")
var lines = make(chan string, 4)
type queue struct { jobs, others chan string }
func (q *queue) take(w http.ResponseWriter, r *http.Request) { q.jobs <- r.FormValue("job") }
func add(w http.ResponseWriter, r *http.Request) { lines <- r.FormValue("line") }
${worker}`,
	})
	const injected = ['go/command-injection in a.go from a.go']
	it.each([
		['of its object', 'func (q *queue) run() { for it := range q.jobs { exec.Command("sh", "-c", it) } }', injected],
		[
			'that waits for several',
			'func (q *queue) run() { for { select { case it := <-q.jobs: exec.Command("sh", "-c", it)\ncase <-q.others: return } } }',
			injected,
		],
		['of the file', 'func run() { for it := range lines { exec.Command("sh", "-c", it) } }', injected],
		['but none of another channel', 'func (q *queue) run() { exec.Command("sh", "-c", <-q.others) }', []],
	])('%s', async (_, worker, expected) => {
		expect(await found(program(worker))).toEqual(expected)
	})
})

describe('a name that is asked for being local', () => {
	const unpack = (asked: string) => ({
		'a.go': `package a
import ("archive/tar"; "os"; "path/filepath")
func unpack(in *tar.Reader, dir string) {
	head, _ := in.Next()
	if !filepath.IsLocal(${asked}) { return }
	os.Create(filepath.Join(dir, filepath.FromSlash(head.Name)))
}`,
	})
	it.each([
		['with other separators', 'filepath.FromSlash(head.Name)', []],
		['by its end only', 'filepath.Base(head.Name)', ['go/zip-slip in a.go from a.go']],
	])('%s', async (_, asked, expected) => {
		expect(await found(unpack(asked))).toEqual(expected)
	})
})
