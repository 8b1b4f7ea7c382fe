// Opens a real editor on a sample project, with Alcove from this checkout:
//   node scripts/start.mjs [--browser] [--port N] [--no-open]
// Nothing is imported before the version of Node is known: an older one has to get as far as the message.
var major = Number(process.versions.node.split('.')[0])
if (major < 20) {
	console.error(`Alcove needs Node 20 or later; this is ${process.version}. Install it from https://nodejs.org.`)
	process.exitCode = 1
} else {
	import('./lib/start.mjs').then((module) => module.main(process.argv.slice(2)))
}
