import { describe, expect, it } from 'vitest'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = { javascript: testAnalyzer(shippedRules('javascript')), python: testAnalyzer(shippedRules('python')) }

async function found(
	language: keyof typeof analyze,
	files: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
	const all = await analyze[language](files)
	return all.flatMap(({ findings }) => findings.map(({ ruleId, path = [] }) => `${ruleId} in ${path.at(-1)?.file}`))
}

const script = (statements: string) => ({
	'routes.ts': `import express from 'express'
import { Letters } from './letters'
const app = express()
app.get('/x', (req, res) => { ${statements} })
`,
	'letters.ts': `import { exec } from 'node:child_process'
export class Letters { lookUp(term: string) { exec('grep ' + term) } }
`,
})

const module = (lines: string) => ({
	'routes.py': `from flask import current_app, request
from letters import Letters
def show():
${lines.replace(/^/gm, '    ')}
`,
	'letters.py': `import os
class Letters:
    def look_up(self, term):
        os.system('grep ' + term)
`,
})

describe('a service whose class the program says where it takes it out of a container', () => {
	it.each([
		['by the type of a variable', 'const it: Letters = req.app.get("letters"); it.lookUp(String(req.query.q))'],
		['by an assertion', '(req.app.locals.letters as Letters).lookUp(String(req.query.q))'],
		['by a type around it', 'const { it } = req.app.locals as { it: Letters }; it.lookUp(String(req.query.q))'],
		['by the class that is asked for', 'req.scope.resolve(Letters).lookUp(String(req.query.q))'],
		['by a type argument', 'container.get<Letters>("letters").lookUp(String(req.query.q))'],
	])('is one of that class in TypeScript: %s', async (_, statements) => {
		expect(await found('javascript', script(statements))).toContain('javascript/command-injection in letters.ts')
	})

	it.each([
		['by the type of a variable', 'it: Letters = current_app.extensions["letters"]\nit.look_up(request.args["q"])'],
		['by the class that is asked for', 'current_app.injector.get(Letters).look_up(request.args["q"])'],
	])('is one of that class in Python: %s', async (_, lines) => {
		expect(await found('python', module(lines))).toContain('python/command-injection in letters.py')
	})

	it('is none where a record of a class is asked for', async () => {
		const lines = 'session.get(Letters, 1).look_up(request.args["q"])'
		expect(await found('python', module(lines))).not.toContain('python/command-injection in letters.py')
	})

	it('is none where something else is asked for it', async () => {
		const statements = 'letters.describe(Letters).lookUp(String(req.query.q))'
		expect(await found('javascript', script(statements))).not.toContain('javascript/command-injection in letters.ts')
	})
})
