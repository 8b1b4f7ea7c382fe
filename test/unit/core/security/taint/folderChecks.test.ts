import { type Checks, describeChecks } from './describeChecks.ts'

/** Ways in which people make sure that a path leads to a folder or to something in it; each leaves where it does not. */
const languages: readonly Checks[] = [
	{
		folder: 'javascript',
		file: 'a.js',
		program: (check) => `const fs = require('fs')
const path = require('path')
const root = path.resolve(process.env.FOLDER)
function isIn(folder, file) { return file === folder || file.startsWith(folder + path.sep) }
function isBelow(folder, file) { if (file === folder) return true; return file.startsWith(folder + path.sep) }
function isNear(folder, file) { if (file === folder) return true; return file.startsWith(folder) }
require('express')().get('/', (req, res) => {
	const file = path.resolve(root, req.query.name)
	${check}
	fs.readFileSync(file)
})
`,
		right: [
			'if (!file.startsWith(root + path.sep)) return',
			'if (file !== root && !file.startsWith(root + path.sep)) return',
			'if (!(file === root || file.startsWith(root + path.sep))) return',
			'if (!isIn(root, file)) return',
			'if (!isBelow(root, file)) return',
			'if (file !== root) return',
		],
		wrong: [
			'',
			'if (file === root && !file.startsWith(root + path.sep)) return',
			'if (file === root) return',
			'if (!isNear(root, file)) return',
			"if (file !== root && !file.startsWith('/')) return",
		],
	},
	{
		folder: 'python',
		file: 'a.py',
		program: (check) => `import os
from flask import Flask, request
app = Flask(__name__)
root = os.path.realpath(os.environ['FOLDER'])
def is_in(folder, file):
    return file == folder or file.startswith(folder + os.sep)
def is_below(folder, file):
    if file == folder:
        return True
    return file.startswith(folder + os.sep)
@app.get('/')
def show():
    file = os.path.realpath(os.path.join(root, request.args['name']))
    ${check}
    return open(file).read()
`,
		right: [
			"if file != root and not file.startswith(root + os.sep): return 'no'",
			"if not (file == root or file.startswith(root + os.sep)): return 'no'",
			"if not is_in(root, file): return 'no'",
			"if not is_below(root, file): return 'no'",
		],
		wrong: [
			'pass',
			"if file == root and not file.startswith(root + os.sep): return 'no'",
			"if file == root: return 'no'",
		],
	},
]

describeChecks('checks of a folder', languages, [22])
