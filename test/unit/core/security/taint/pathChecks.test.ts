import { type Checks, describeChecks } from './describeChecks.ts'

/** Ways in which people make sure that a name leads to a file below a folder; each leaves where it does not. */
const languages: readonly Checks[] = [
	{
		folder: 'javascript',
		file: 'a.js',
		program: (check) => `const fs = require('fs')
const path = require('path')
const allowed = new Set(['a', 'b'])
require('express')().post('/', (req, res) => {
	const name = req.body.name
	let names = [name]
	${check}
	if (req.body.name === name) for (const one of names) fs.readFileSync(path.join('/srv', one))
})
`,
		right: [
			"if (name.split('/').includes('..') || path.isAbsolute(name)) return",
			"if (name.split('/').some((part) => part === '..')) return",
			"if (!name.split('/').every((part) => part !== '..')) return",
			"const parts = name.split('/'); if (parts.includes('..')) return",
			"for (const part of name.split('/')) if (part === '..') return",
			"if (path.normalize(name).startsWith('..')) return",
			'if (path.basename(name) !== name) return',
			'if (/(^|[\\\\/])\\.\\.([\\\\/]|$)/.test(name)) return',
			'if (/\\.\\./.test(name)) return',
			"if (name.indexOf('..') !== -1) return",
			"if (name.indexOf('..') >= 0) return",
			"if (-1 < name.indexOf('..')) return",
			'if (name.search(/\\.\\./) > -1) return',
			"if (['a', 'b'].indexOf(name) === -1) return",
			"if (['a', 'b'].indexOf(name) < 0) return",
			'if (!/^\\w+$/.exec(name)) return',
			'if (name.match(/^\\w+$/) === null) return',
			'if (!Object.hasOwn({ a: 1, b: 2 }, name)) return',
			'names = req.body.names; for (const one of names) if (!allowed.has(one)) return',
			'names = req.body.names; if (!names.every((one) => allowed.has(one))) return',
			'names = req.body.names; if (names.some((one) => !/^\\w+$/.test(one))) return',
			'names = req.body.names.filter((one) => /^\\w+$/.test(one))',
		],
		wrong: [
			'',
			"if (name.split('/')[0] === '..') return",
			"if (name.split('/').every((part) => part === '..')) return",
			"if (name.indexOf('..') > 0) return",
			"if (name.indexOf('..') === -1) return",
			'if (path.basename(name) === name) return',
			'names = req.body.names; if (!names.some((one) => allowed.has(one))) return',
			'names = req.body.names; for (const one of names) { if (one.length > 9) continue; if (!allowed.has(one)) return }',
			'names = req.body.names; for (const one of names) if (!allowed.has(one)) console.log(1)',
		],
	},
	{
		folder: 'python',
		file: 'a.py',
		program: (check) => `import os, re
from pathlib import Path, PurePosixPath
from flask import Flask, request
app = Flask(__name__)
@app.route('/')
def show():
    name = request.args['name']
    target = '/srv/' + name
${check.replace(/^/gm, '    ')}
    return {'size': len(open(target).read())}
`,
		right: [
			"if '..' in name.split('/') or os.path.isabs(name): return {}",
			"if '..' in PurePosixPath(name).parts: return {}",
			"if any(part == '..' for part in name.split('/')): return {}",
			"if not all(c.isalnum() or c in '-_' for c in name): return {}",
			'if os.path.basename(name) != name: return {}',
			"if name.find('..') != -1: return {}",
			"if name.find('..') >= 0: return {}",
			"if name not in ('a', 'b'): return {}",
			"target = (Path('/srv') / name).resolve()\nif not target.is_relative_to('/srv'): return {}",
			"if re.fullmatch(r'[a-z]+', name) is None: return {}",
		],
		wrong: [
			'pass',
			"if name.split('/')[0] == '..': return {}",
			"if all(part == '..' for part in name.split('/')): return {}",
			'if not any(c.isalnum() for c in name): return {}',
			"if not all(c.isalnum() or c in './' for c in name): return {}",
		],
	},
	{
		folder: 'go',
		file: 'a.go',
		program: (check) => `package main
import ("net/http"; "os"; "path/filepath"; "slices"; "strings"; "unicode")
var known = map[string]bool{"a": true}
func c() {}
func show(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	${check}
	os.ReadFile("/srv/" + name)
}
`,
		right: [
			'for _, part := range strings.Split(name, "/") { if part == ".." { return } }',
			'if slices.Contains(strings.Split(name, "/"), "..") { return }',
			'if !filepath.IsLocal(name) { return }',
			'if filepath.Base(name) != name { return }',
			'if strings.Index(name, "..") >= 0 { return }',
			'if strings.ContainsAny(name, "/\\\\") { return }',
			'if !known[name] { return }',
			"for _, c := range name { if !unicode.IsLetter(c) && c != '-' { return } }",
		],
		wrong: [
			'',
			'for _, part := range strings.Split(name, "/") { if part == ".." { break } }',
			'if filepath.Base(name) == name { return }',
			'if strings.Index(name, "..") < 0 { return }',
			'for _, c := range name { if unicode.IsLetter(c) { break } }',
		],
	},
	{
		folder: 'java',
		file: 'A.java',
		program: (check) => `import java.io.*;
import java.nio.file.*;
import java.util.*;
import org.springframework.web.bind.annotation.*;
@RestController
class A {
  @GetMapping("/") byte[] show(@RequestParam String name) throws IOException {
    ${check}
    return Files.readAllBytes(Paths.get("/srv").resolve(name));
  }
}
`,
		right: [
			'for (String part : name.split("/")) if (part.equals("..")) return null;',
			'if (Arrays.asList(name.split("/")).contains("..")) return null;',
			'if (Arrays.stream(name.split("/")).anyMatch(".."::equals)) return null;',
			'if (!new File(name).getName().equals(name)) return null;',
			'if (Paths.get(name).normalize().startsWith("..")) return null;',
			'if (name.indexOf("..") >= 0) return null;',
			'if (name.indexOf("..") != -1) return null;',
			'for (char c : name.toCharArray()) if (!Character.isLetterOrDigit(c)) return null;',
			'if (!name.chars().allMatch(Character::isLetterOrDigit)) return null;',
		],
		wrong: [
			'',
			'if (Arrays.stream(name.split("/")).allMatch(".."::equals)) return null;',
			'if (name.indexOf("..") > 0) return null;',
			'if (!name.chars().anyMatch(Character::isLetterOrDigit)) return null;',
		],
	},
	{
		folder: 'php',
		file: 'a.php',
		program: (check) => `<?php
function show() {
    $name = $_GET['name'];
    ${check}
    return file_get_contents('/srv/' . $name);
}
`,
		right: [
			"foreach (explode('/', $name) as $part) { if ($part === '..') { exit; } }",
			"if (in_array('..', explode('/', $name), true)) { exit; }",
			'if (basename($name) !== $name) { exit; }',
			"if (preg_match('~(^|[\\\\\\\\/])\\.\\.([\\\\\\\\/]|$)~', $name)) { exit; }",
			"if (strpos($name, '..') !== false) { exit; }",
		],
		wrong: [
			'',
			"foreach (explode('/', $name) as $part) { if ($part === '..') { break; } }",
			'if (basename($name) === $name) { exit; }',
		],
	},
	{
		folder: 'ruby',
		file: 'a.rb',
		program: (check) => `require 'sinatra'
get '/' do
  name = params[:name]
  ${check}
  File.read(File.join('/srv', name)).size.to_s
end
`,
		right: [
			"halt 400 if name.split('/').include?('..')",
			"halt 400 if name.split('/').any? { |part| part == '..' }",
			'halt 400 unless File.basename(name) == name',
			'halt 400 if name =~ %r{(^|/)\\.\\.(/|$)}',
			"halt 400 if name.index('..')",
		],
		wrong: ['', "halt 400 unless name.split('/').any? { |part| part == '..' }", "halt 400 unless name.index('..')"],
	},
	{
		folder: 'csharp',
		file: 'A.cs',
		program: (check) => `using System.IO;
using System.Linq;
using Microsoft.AspNetCore.Mvc;
public class FilesController : Controller {
  [HttpGet] public IActionResult Show(string name) {
    ${check}
    return Json(System.IO.File.ReadAllText(Path.Combine("/srv", name)).Length);
  }
}
`,
		right: [
			'if (name.Split(\'/\').Contains("..")) return BadRequest();',
			'if (name.Split(\'/\').Any(part => part == "..")) return BadRequest();',
			'if (Path.GetFileName(name) != name) return BadRequest();',
			'if (name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0) return BadRequest();',
			'if (name.IndexOf("..") != -1) return BadRequest();',
			'if (!name.All(char.IsLetterOrDigit)) return BadRequest();',
		],
		wrong: [
			'',
			'if (name.IndexOf("..") == -1) return BadRequest();',
			'if (!name.Any(char.IsLetterOrDigit)) return BadRequest();',
		],
	},
]

describeChecks('checks of a path', languages, [22])
