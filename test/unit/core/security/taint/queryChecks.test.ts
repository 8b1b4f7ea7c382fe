// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are code.
import { type Checks, describeChecks } from './describeChecks.ts'

/** Ways in which people put what they know into a query. */
const languages: readonly Checks[] = [
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
			"const ids = given.split(',').filter((it) => /^\\d+$/.test(it)); await pool.query(`SELECT * FROM t WHERE id IN (${ids.join(',')})`)",
			"if (!given.split(',').every((it) => /^\\d+$/.test(it))) return; await pool.query(`SELECT * FROM t WHERE id IN (${given})`)",
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
			"db.execute('SELECT * FROM t WHERE id = %d' % given)",
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
	{
		folder: 'php',
		file: 'a.php',
		program: (body) => `<?php
function show(PDO $db) {
    $given = $_GET['given'];
    ${body}
}
`,
		right: [
			"$order = in_array($given, ['name', 'date'], true) ? $given : 'name'; $db->query(\"SELECT * FROM t ORDER BY $order\");",
			"$columns = ['name' => 'name']; $column = $columns[$given] ?? 'name'; $db->query(\"SELECT * FROM t ORDER BY $column\");",
			"$ids = array_map('intval', explode(',', $given)); $db->query('SELECT * FROM t WHERE id IN (' . implode(',', $ids) . ')');",
			"$ids = array_filter(explode(',', $given), 'ctype_digit'); $db->query('SELECT * FROM t WHERE id IN (' . implode(',', $ids) . ')');",
			"$ids = array_filter(explode(',', $given), fn($it) => ctype_digit($it)); $db->query('SELECT * FROM t WHERE id IN (' . implode(',', $ids) . ')');",
			"$db->query(sprintf('SELECT * FROM t WHERE id = %d', $given));",
			"$db->query(sprintf('SELECT * FROM t WHERE a = %2$05d AND b = \\'%1$s\\'', 'x', $given));",
			"$column = match ($given) { 'date' => 'created_at', default => 'name' }; $db->query(\"SELECT * FROM t ORDER BY $column\");",
		],
		wrong: [
			'$db->query("SELECT * FROM t ORDER BY $given");',
			"$ids = array_filter(explode(',', $given)); $db->query('SELECT * FROM t WHERE id IN (' . implode(',', $ids) . ')');",
			"$ids = array_filter(explode(',', $given), fn($it) => strlen($it) < 9); $db->query('SELECT * FROM t WHERE id IN (' . implode(',', $ids) . ')');",
			"$db->query(sprintf('SELECT * FROM t WHERE a = %1$d AND b = \\'%1$s\\'', $given));",
		],
	},
	{
		folder: 'csharp',
		file: 'A.cs',
		program: (body) => `using System;
using System.Collections.Generic;
using System.Data.SqlClient;
using System.Linq;
using Dapper;
using Microsoft.AspNetCore.Mvc;
public enum Sort { Name, Date }
public class ItemsController : Controller {
  private static readonly Dictionary<string, string> Columns = new() { ["name"] = "name" };
  private readonly SqlConnection _db;
  public ItemsController(SqlConnection db) { _db = db; }
  [HttpGet] public IActionResult Show(string given, List<int> numbers, List<string> words) {
    ${body}
  }
}
`,
		right: [
			'var column = Columns.TryGetValue(given, out var it) ? it : "name"; return Ok(_db.Query("SELECT * FROM t ORDER BY " + column));',
			'return Ok(_db.Query($"SELECT * FROM t WHERE id IN ({string.Join(",", numbers)})"));',
			'if (!int.TryParse(given, out var number)) return BadRequest(); return Ok(_db.Query("SELECT * FROM t WHERE id = " + number));',
			'return Ok(_db.Query("SELECT * FROM t ORDER BY " + given switch { "date" => "created_at", _ => "name" }));',
		],
		wrong: [
			'return Ok(_db.Query("SELECT * FROM t ORDER BY " + given));',
			'return Ok(_db.Query($"SELECT * FROM t WHERE id IN ({string.Join(",", words)})"));',
		],
	},
	{
		folder: 'ruby',
		file: 'a.rb',
		program: (body) => `class ItemsController < ApplicationController
  COLUMNS = { 'name' => 'name', 'date' => 'created_at' }.freeze
  def show
    given = params[:given]
    ${body}
  end
end
`,
		right: [
			'render json: Item.order("#{COLUMNS.fetch(given, \'name\')} desc")',
			'render json: Item.order("#{%w[name date].include?(given) ? given : \'name\'} desc")',
			"render json: Item.where(\"id IN (#{given.split(',').map(&:to_i).join(',')})\")",
			'key = COLUMNS.keys.find { |one| one == given }; render json: Item.order("#{key} desc")',
			'return unless given.match?(/\\A\\w+\\z/); render json: Item.where("name = \'#{given}\'")',
		],
		wrong: [
			'render json: Item.order("#{given} desc")',
			"render json: Item.where(\"id IN (#{given.split(',').join(',')})\")",
			'return unless given.match?(/\\w+/); render json: Item.where("name = \'#{given}\'")',
		],
	},
]

describeChecks('what is put into a query', languages, [89])
