// Stands in for @vscode/spdlog, whose native part needs a C++ compiler: the same calls, written with Node's own file
// functions. Without one of the two, the editor's log files, and with them its Output panel, stay empty.
// The levels are spdlog's: 0 trace, 1 debug, 2 info, 3 warning, 4 error, 5 critical, 6 off.
const fs = require('node:fs')
const path = require('node:path')

const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical']

class Logger {
	constructor(_kind, _name, file) {
		this.file = file
		this.level = 2
		this.plain = false
	}
	write(level, message) {
		if (level < this.level) return
		const stamp = new Date().toISOString().replace('T', ' ').replace('Z', '')
		fs.appendFileSync(this.file, this.plain ? message : `${stamp} [${names[level]}] ${message}\n`)
	}
	trace(message) {
		this.write(0, message)
	}
	debug(message) {
		this.write(1, message)
	}
	info(message) {
		this.write(2, message)
	}
	warn(message) {
		this.write(3, message)
	}
	error(message) {
		this.write(4, message)
	}
	critical(message) {
		this.write(5, message)
	}
	getLevel() {
		return this.level
	}
	setLevel(level) {
		this.level = level
	}
	clearFormatters() {
		this.plain = true
	}
	setPattern() {
		this.plain = false
	}
	flush() {}
	drop() {}
}

async function create(kind, name, file) {
	fs.mkdirSync(path.dirname(file), { recursive: true })
	return new Logger(kind, name, file)
}

exports.version = 0
exports.setLevel = () => {}
exports.setFlushOn = () => {}
exports.Logger = Logger
exports.createRotatingLogger = (name, file) => create('rotating', name, file)
exports.createAsyncRotatingLogger = (name, file) => create('rotating_async', name, file)
