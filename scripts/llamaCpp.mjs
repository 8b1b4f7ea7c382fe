// Builds llama-bench and llama-server for comparison, into out/llama.cpp/: node scripts/llamaCpp.mjs
// The sources are those that came with node-llama-cpp, of the release that its prebuilt binary was made from: nothing is
// downloaded. Takes a while. Benchmarks only; nothing else needs it.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fail, StepError, step } from './lib/progress.mjs'
import { root } from './lib/root.mjs'
import { CommandError, findCommand, run } from './lib/run.mjs'

const packaged = join(root, 'node_modules', 'node-llama-cpp', 'llama')
const folder = join(root, 'out', 'llama.cpp')
const source = join(folder, 'source')
const build = join(folder, 'build')
/** Written last: the build is complete where it is there. */
const about = join(folder, 'build.json')
const programs = ['llama-bench', 'llama-server']

/**
 * What the prebuilt binary for the processor was made with, as far as can be told from it: a release build with
 * llamafile's kernels and without OpenMP. It picks one of several variants of itself by the processor's instructions;
 * GGML_NATIVE asks the compiler for the same instructions. The compiler may be another one.
 */
const flags = {
	CMAKE_BUILD_TYPE: 'Release',
	BUILD_SHARED_LIBS: 'OFF',
	GGML_NATIVE: 'ON',
	GGML_OPENMP: 'OFF',
	GGML_LLAMAFILE: 'ON',
	GGML_CCACHE: 'OFF',
	LLAMA_OPENSSL: 'OFF',
	LLAMA_BUILD_UI: 'OFF',
	LLAMA_USE_PREBUILT_UI: 'OFF',
	LLAMA_BUILD_TESTS: 'OFF',
	LLAMA_BUILD_EXAMPLES: 'OFF',
	LLAMA_BUILD_APP: 'OFF',
	FETCHCONTENT_FULLY_DISCONNECTED: 'ON',
}

/** @typedef {{ release: string, flags: Record<string, string>, compiler: string, bench: string, server: string }} LlamaCppBuild */

/** Builds the two programs, unless that was done for the same release and flags. @returns {Promise<LlamaCppBuild>} */
export async function buildLlamaCpp() {
	const bundle = join(packaged, 'gitRelease.bundle')
	if (!existsSync(bundle)) throw new StepError('The sources of llama.cpp are not installed.', 'Run `npm ci`.')
	const { release } = JSON.parse(readFileSync(join(packaged, 'binariesGithubRelease.json'), 'utf8'))
	const done = readBuild()
	if (done && done.release === release && JSON.stringify(done.flags) === JSON.stringify(flags)) return done
	const generator = toolsOrFail()
	if (done && done.release !== release) rmSync(folder, { recursive: true, force: true })
	rmSync(about, { force: true })
	mkdirSync(folder, { recursive: true })
	if (!existsSync(join(source, 'CMakeLists.txt'))) {
		rmSync(source, { recursive: true, force: true })
		await step('Unpacking llama.cpp', () => run('git', ['clone', '--quiet', bundle, source]))
	}
	const options = Object.entries(flags).map(([name, value]) => `-D${name}=${value}`)
	await building('Configuring llama.cpp', ['-S', source, '-B', build, ...generator, ...options])
	await building('Building llama-bench and llama-server', [
		'--build',
		build,
		'--target',
		...programs,
		'-j2',
		'--config',
		'Release',
	])
	const result = {
		release,
		flags,
		compiler: compilerName(),
		bench: programIn('llama-bench'),
		server: programIn('llama-server'),
	}
	writeFileSync(about, `${JSON.stringify(result, null, 2)}\n`)
	return result
}

/** @returns {LlamaCppBuild | undefined} what was built; undefined where nothing was, or not all of it */
function readBuild() {
	if (!existsSync(about)) return undefined
	/** @type {LlamaCppBuild} */
	const result = JSON.parse(readFileSync(about, 'utf8'))
	return existsSync(result.bench) && existsSync(result.server) ? result : undefined
}

/**
 * Looks for what a build needs, so that a person reads one sentence and not a page of CMake's.
 *
 * @returns {string[]} arguments that choose the build system
 */
function toolsOrFail() {
	const ending = process.platform === 'win32' ? '.exe' : ''
	const has = (/** @type {string[]} */ ...names) => names.some((name) => findCommand(name + ending))
	const missing = []
	if (!has('git')) missing.push('git')
	if (!has('cmake')) missing.push('cmake')
	// On Windows CMake finds Visual Studio, which is not on the PATH, by itself.
	if (process.platform !== 'win32') {
		if (!process.env.CXX && !has('c++', 'g++', 'clang++')) missing.push('a C++ compiler (g++ or clang++)')
		if (!has('ninja', 'make')) missing.push('ninja or make')
	}
	if (missing.length > 0) {
		throw new StepError(
			`llama.cpp cannot be built here. Missing: ${missing.join(', ')}.`,
			'Install it and run this again; on Debian: apt-get install git cmake g++ ninja-build. Only the comparison with llama.cpp needs it.',
		)
	}
	return has('ninja') ? ['-G', 'Ninja'] : []
}

/** @param {string} title @param {string[]} args */
async function building(title, args) {
	try {
		// Whatever else goes on at this machine comes first.
		const nice = process.platform === 'win32' ? [] : ['nice', '-n', '10']
		const [command = '', ...rest] = [...nice, 'cmake', ...args]
		await step(title, () => run(command, rest))
	} catch (error) {
		const why = error instanceof CommandError ? error.output.trim() : String(error)
		const log = join(folder, 'error.log')
		writeFileSync(log, why)
		throw new StepError(`${title} failed:\n${why.split('\n').slice(-15).join('\n')}`, `Read ${log}.`, { cause: error })
	}
}

/** @param {string} name */
function programIn(name) {
	const ending = process.platform === 'win32' ? '.exe' : ''
	const places = [join(build, 'bin', name + ending), join(build, 'bin', 'Release', name + ending)]
	const found = places.find((place) => existsSync(place))
	if (!found) throw new Error(`${name} was built but is not in ${join(build, 'bin')}`)
	return found
}

/** @returns {string} name and version, as CMake found them */
function compilerName() {
	const files = join(build, 'CMakeFiles')
	for (const name of readdirSync(files)) {
		const file = join(files, name, 'CMakeCXXCompiler.cmake')
		if (!existsSync(file)) continue
		const text = readFileSync(file, 'utf8')
		const read = (/** @type {string} */ key) => new RegExp(`set\\(${key} "([^"]*)"\\)`).exec(text)?.[1] ?? ''
		return `${read('CMAKE_CXX_COMPILER_ID')} ${read('CMAKE_CXX_COMPILER_VERSION')}`
	}
	return 'unknown'
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await buildLlamaCpp()
		.then(({ bench, server }) => console.log(`${bench}\n${server}`))
		.catch(fail)
}
