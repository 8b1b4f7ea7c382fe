import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

/** A handler that takes a name, tests it at one of two places, decodes it in between, and opens the file. */
interface Language {
	readonly folder: string
	readonly file: string
	program(beforeDecoding: string, afterwards: string): string
	/** Tests of `name`, which leave where they fail. */
	readonly noParents: string
	readonly onlyLetters: string
}

const languages: readonly Language[] = [
	{
		folder: 'javascript',
		file: 'a.js',
		program: (before, after) => `const fs = require('fs')
require('express')().get('/', (req, res) => {
	let name = req.query.name
	${before}
	name = decodeURIComponent(name)
	${after}
	res.json(fs.readFileSync('/srv/files/' + name, 'utf8').length)
})
`,
		noParents: "if (name.includes('..')) return res.end()",
		onlyLetters: 'if (!/^\\w+$/.test(name)) return res.end()',
	},
	{
		folder: 'python',
		file: 'a.py',
		program: (before, after) => `from urllib.parse import unquote
from flask import Flask, request
app = Flask(__name__)
@app.route('/')
def show():
    name = request.args['name']
    ${before}
    name = unquote(name)
    ${after}
    return {'size': len(open('/srv/files/' + name).read())}
`,
		noParents: "if '..' in name: return {}",
		onlyLetters: 'if not name.isalnum(): return {}',
	},
	{
		folder: 'go',
		file: 'a.go',
		program: (before, after) => `package main
import ("net/http"; "net/url"; "os"; "regexp"; "strings")
var letters = regexp.MustCompile("^[a-z]+$")
func show(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	${before}
	name, _ = url.QueryUnescape(name)
	${after}
	os.ReadFile("/srv/files/" + name)
}
`,
		noParents: 'if strings.Contains(name, "..") { return }',
		onlyLetters: 'if !letters.MatchString(name) { return }',
	},
	{
		folder: 'php',
		file: 'a.php',
		program: (before, after) => `<?php
$name = $_GET['name'];
${before}
$name = urldecode($name);
${after}
$text = file_get_contents('/srv/files/' . $name);
`,
		noParents: "if (strpos($name, '..') !== false) { exit; }",
		onlyLetters: "if (!preg_match('/^[a-z]+$/D', $name)) { exit; }",
	},
	{
		folder: 'java',
		file: 'A.java',
		program: (before, after) => `import java.io.*;
import java.net.URLDecoder;
import javax.servlet.http.*;
class A extends HttpServlet {
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String name = request.getParameter("name");
    ${before}
    name = URLDecoder.decode(name, "UTF-8");
    ${after}
    new FileInputStream("/srv/files/" + name).close();
  }
}
`,
		noParents: 'if (name.contains("..")) return;',
		onlyLetters: 'if (!name.matches("[a-z]+")) return;',
	},
	{
		folder: 'ruby',
		file: 'a.rb',
		program: (before, after) => `require 'sinatra'
require 'cgi'
get '/' do
  name = params[:name]
  ${before}
  name = CGI.unescape(name)
  ${after}
  File.read('/srv/files/' + name).size.to_s
end
`,
		noParents: "halt 400 if name.include?('..')",
		onlyLetters: 'halt 400 unless name.match?(/\\A[a-z]+\\z/)',
	},
	{
		folder: 'csharp',
		file: 'A.cs',
		program: (before, after) => `using System.IO;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
public class FilesController : Controller {
  [HttpGet] public IActionResult Show(string name) {
    ${before}
    name = WebUtility.UrlDecode(name);
    ${after}
    return Json(System.IO.File.ReadAllText("/srv/files/" + name).Length);
  }
}
`,
		noParents: 'if (name.Contains("..")) return BadRequest();',
		onlyLetters: 'if (!Regex.IsMatch(name, @"^[a-z]+\\z")) return BadRequest();',
	},
]

describe.each(languages)('a name that is decoded: $folder', ({ folder, file, program, noParents, onlyLetters }) => {
	const analyze = testAnalyzer(shippedRules(folder))
	const isFound = async (before: string, after: string) => {
		const [analyzed] = await analyze({ [file]: program(before, after) })
		return analyzed?.findings.some(({ cwe }) => cwe.includes(22))
	}

	it('is any name where nothing was tested', async () => expect(await isFound('', '')).toBe(true))
	it('was not tested for what only decoding shows', async () => expect(await isFound(noParents, '')).toBe(true))
	it('was tested afterwards', async () => expect(await isFound('', noParents)).toBe(false))
	it('has nothing to decode', async () => expect(await isFound(onlyLetters, '')).toBe(false))
})

it('parts of a path that are asked before they are decoded say nothing of it', async () => {
	const [language] = languages
	const analyze = testAnalyzer(shippedRules('javascript'))
	const check = "const parts = name.split('/'); if (parts.includes('..')) return res.end()"
	for (const [before, after] of [
		[check, ''],
		['', check],
	]) {
		const [analyzed] = await analyze({ 'a.js': language?.program(before ?? '', after ?? '') ?? '' })
		expect(analyzed?.findings.some(({ cwe }) => cwe.includes(22))).toBe(before === check)
	}
})
