// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are code.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../../../scripts/lib/root.mjs'
import { readRules } from '../../../../../src/node/security/ruleFiles.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'

/** Ways in which people put what they know into a query. */
interface Language {
	readonly folder: string
	readonly file: string
	/** A handler that gets `given`, and what it does. */
	program(body: string): string
	readonly right: readonly string[]
	/** Those that look right. */
	readonly wrong: readonly string[]
}

const languages: readonly Language[] = [
	{
		folder: 'javascript',
		file: 'a.js',
		program: (body) => `const { Pool } = require('pg')
const pool = new Pool()
const columns = { name: 'name', date: 'created_at' }
require('express')().get('/', async (req, res) => {
	const given = req.query.given
	${body}
})
`,
		right: [
			"const order = ['name', 'date'].includes(given) ? given : 'name'; await pool.query(`SELECT * FROM t ORDER BY ${order}`)",
			"await pool.query(`SELECT * FROM t ORDER BY ${columns[given] ?? 'name'}`)",
			"await pool.query(`SELECT * FROM t ORDER BY name ${given === 'desc' ? 'DESC' : 'ASC'}`)",
			'await pool.query(`SELECT * FROM t LIMIT ${Math.min(parseInt(given, 10) || 10, 100)}`)',
			"await pool.query(`SELECT * FROM t WHERE id IN (${given.split(',').map(Number).join(',')})`)",
			"const ids = given.split(','); await pool.query(`SELECT * FROM t WHERE id IN (${ids.map((_, at) => `$${at + 1}`).join(',')})`, ids)",
			"const where = []; const values = []; if (given) { values.push(given); where.push('name = $1') } await pool.query('SELECT * FROM t WHERE ' + where.join(' AND '), values)",
			"const where = []; for (const key of Object.keys(req.query)) if (key in columns) where.push(key); await pool.query('SELECT * FROM t WHERE ' + where.join(' AND '))",
			"await pool.query('SELECT * FROM t WHERE id = ' + +given)",
			"await pool.query('SELECT * FROM t WHERE id = ' + (given | 0))",
			"await pool.query('SELECT * FROM t WHERE id = ' + given * 1)",
		],
		wrong: [
			'await pool.query(`SELECT * FROM t ORDER BY ${given}`)',
			"await pool.query(`SELECT * FROM t WHERE id IN (${given.split(',').map(String).join(',')})`)",
			"const where = []; for (const key of Object.keys(req.query)) where.push(key); await pool.query('SELECT * FROM t WHERE ' + where.join(' AND '))",
			"await pool.query('SELECT * FROM t WHERE id = ' + given + 1)",
		],
	},
	{
		folder: 'python',
		file: 'a.py',
		program: (body) => `import sqlite3
from contextlib import contextmanager
from fastapi import FastAPI, Query
app = FastAPI()
COLUMNS = {'name': 'name', 'date': 'created_at'}
@contextmanager
def cursor():
    with sqlite3.connect('x') as connection:
        yield connection.cursor()
db = sqlite3.connect('x')
@app.get('/')
def show(given: str, more: dict, numbers: list[int] = Query(), words: list[str] = Query(), number: int | None = None):
${body.replace(/^/gm, '    ')}
`,
		right: [
			"order = given if given in COLUMNS else 'name'\ndb.execute(f'SELECT * FROM t ORDER BY {order}')",
			'db.execute(f"SELECT * FROM t ORDER BY {COLUMNS.get(given, \'name\')}")',
			"db.execute('SELECT * FROM t WHERE id IN (%s)' % ','.join(map(str, numbers)))",
			"db.execute('SELECT * FROM t WHERE id IN (%s)' % ','.join('?' for _ in words), words)",
			"db.execute(f'SELECT * FROM t WHERE id = {number}')",
			"where = []\nfor name, value in more.items():\n    if name not in COLUMNS:\n        continue\n    where.append(f'{name} = ?')\ndb.execute('SELECT * FROM t WHERE ' + ' AND '.join(where))",
		],
		wrong: [
			"db.execute(f'SELECT * FROM t ORDER BY {given}')",
			"db.execute('SELECT * FROM t WHERE id IN (%s)' % ','.join(words))",
			"where = []\nfor name, value in more.items():\n    where.append(f'{name} = ?')\ndb.execute('SELECT * FROM t WHERE ' + ' AND '.join(where))",
			"with cursor() as own:\n    own.execute(f'SELECT * FROM t ORDER BY {given}')",
		],
	},
	{
		folder: 'java',
		file: 'A.java',
		program: (body) => `import java.util.*;
import java.util.stream.*;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.*;
@RestController
class A {
  enum Sort { NAME, DATE }
  private static final Map<String, String> COLUMNS = Map.of("name", "name", "date", "created_at");
  private final JdbcTemplate jdbc;
  A(JdbcTemplate jdbc) { this.jdbc = jdbc; }
  @GetMapping("/") Object show(@RequestParam String given, @RequestParam List<Long> numbers, @RequestParam List<String> words) {
    ${body}
  }
}
`,
		right: [
			'return jdbc.queryForList("SELECT * FROM t ORDER BY " + COLUMNS.getOrDefault(given, "name"));',
			'return jdbc.queryForList("SELECT * FROM t ORDER BY " + (COLUMNS.containsKey(given) ? given : "name"));',
			'return jdbc.queryForList("SELECT * FROM t ORDER BY " + Sort.valueOf(given));',
			'return jdbc.queryForList("SELECT * FROM t WHERE id IN (" + numbers.stream().map(String::valueOf).collect(Collectors.joining(",")) + ")");',
			'return jdbc.queryForList("SELECT * FROM t WHERE id IN (" + words.stream().map(it -> "?").collect(Collectors.joining(",")) + ")", words.toArray());',
		],
		wrong: [
			'return jdbc.queryForList("SELECT * FROM t ORDER BY " + given);',
			'return jdbc.queryForList("SELECT * FROM t ORDER BY " + COLUMNS.getOrDefault(given, given));',
			'return jdbc.queryForList("SELECT * FROM t WHERE id IN (" + words.stream().map(String::valueOf).collect(Collectors.joining(",")) + ")");',
		],
	},
]

describe.each(languages)('what is put into a query: $folder', ({ folder, file, program, right, wrong }) => {
	const path = join(root, 'src', 'rules', folder)
	const analyze = testAnalyzer(
		readdirSync(path).flatMap((name) => readRules(readFileSync(join(path, name), 'utf8'), name).ruleFiles),
	)
	const isFound = async (body: string) => {
		const [analyzed] = await analyze({ [file]: program(body) })
		expect(analyzed?.gaps).toEqual([])
		return analyzed?.findings.some(({ cwe }) => cwe.includes(89))
	}

	it.each(right)('%s', async (body) => expect(await isFound(body)).toBe(false))
	it.each(wrong)('not enough: %s', async (body) => expect(await isFound(body)).toBe(true))
})
