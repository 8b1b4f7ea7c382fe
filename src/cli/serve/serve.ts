import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { EmbeddedEngine } from '../../node/engine/embeddedEngine.ts'
import { starterModelFiles } from '../../node/modelFiles.ts'
import { leastTokenLength, tokenInFile } from '../../node/serve/accessToken.ts'
import { ModelServer } from '../../node/serve/modelServer.ts'
import type { ServedModels } from '../../node/serve/servedModels.ts'
import { systemClock } from '../../node/systemClock.ts'
import { codeOf, messageOf } from '../../shared/errors.ts'
import { silentLogger } from '../../shared/logger.ts'
import { CliError } from '../cliError.ts'
import type { CliIo } from '../cliIo.ts'
import { parseServeOptions, type ServeOptions } from './serveOptions.ts'

/** Until it is told to stop. @throws CliError */
export async function serve(args: readonly string[], io: CliIo): Promise<number> {
	const options = parseServeOptions(args, process.env)
	const access = accessOf(options)
	const engine = new EmbeddedEngine({
		options: {
			gpu: options.gpu,
			maxLoadedModels: 2,
			idleUnloadMs: options.idleMinutes * 60_000,
			saveStates: false,
		},
		entryPath: join(io.extensionRoot, 'dist', 'engine', 'main.cjs'),
		clock: systemClock,
		logger: silentLogger,
	})
	const models = modelsOf(engine, options, io.extensionRoot)
	const server = new ModelServer({
		models,
		token: access.token,
		limit: options.limit,
		clock: systemClock,
		logger: { log: (level, event, fields) => complainOf(io, level, event, fields) },
	})
	try {
		const port = await listening(server, options.port)
		// Who starts it wants to use it, and a file that is refused is better known now.
		models.text.completion.prepare()
		models.text.completion.onDidChangeState((state) => {
			if (state.kind === 'ready') io.complain(`ready: ${state.model.name} on ${state.model.backend}\n`)
			if (state.kind === 'failed') io.complain(`alcove: the model cannot be loaded (${state.problem.code})\n`)
		})
		io.print(`http://127.0.0.1:${port}/v1\n`)
		io.complain(`${access.told}\nStop it with Ctrl+C.\n`)
		await aborted(io.signal)
		io.complain('stopping\n')
		await server.close()
		return 0
	} finally {
		engine.dispose()
	}
}

function accessOf({ token, tokenFile }: ServeOptions): { readonly token: string; readonly told: string } {
	if (token !== undefined) {
		if (token.length < leastTokenLength || /\s/.test(token))
			throw new CliError(2, `ALCOVE_TOKEN needs at least ${leastTokenLength} characters without blanks`)
		return { token, told: 'The token is the one in ALCOVE_TOKEN.' }
	}
	const file = tokenFile ?? defaultTokenFile(process.env, homedir())
	try {
		const { token: found, isNew } = tokenInFile(file)
		return { token: found, told: isNew ? `A new token was written to ${file}` : `The token is in ${file}` }
	} catch (error) {
		throw new CliError(1, messageOf(error), { cause: error })
	}
}

/** The place for what programs keep (XDG Base Directory Specification); on Windows the one for each user's programs. */
function defaultTokenFile(environment: NodeJS.ProcessEnv, home: string): string {
	const folder =
		process.platform === 'win32'
			? (environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
			: (environment.XDG_STATE_HOME ?? join(home, '.local', 'state'))
	return join(folder, 'alcove', 'serve-token')
}

function modelsOf(engine: EmbeddedEngine, options: ServeOptions, extensionRoot: string): ServedModels {
	const { modelPath, draftPath, embeddingModelPath, contextSize } = options
	const starter = starterModelFiles(extensionRoot)
	const spec =
		modelPath === undefined
			? { origin: 'starter' as const, ...starter, contextSize }
			: { origin: 'user' as const, path: modelPath, contextSize, ...(draftPath !== undefined && { draftPath }) }
	return {
		text: { id: idOf(spec.path), chat: engine.chat(spec), completion: engine.completion(spec) },
		vectors:
			embeddingModelPath === undefined
				? undefined
				: {
						id: idOf(embeddingModelPath),
						embedding: engine.embedding({ origin: 'user', path: embeddingModelPath, contextSize: 2_048 }),
					},
	}
}

/** The file's name: a path would tell more than who asks has to know. */
function idOf(path: string): string {
	return basename(path).replace(/\.gguf$/i, '')
}

async function listening(server: ModelServer, port: number): Promise<number> {
	try {
		return await server.listen(port)
	} catch (error) {
		const inUse = codeOf(error) === 'EADDRINUSE'
		const why = inUse ? `port ${port} is in use; choose another one with --port` : messageOf(error)
		throw new CliError(1, why, { cause: error })
	}
}

function aborted(signal: AbortSignal): Promise<void> {
	if (signal.aborted) return Promise.resolve()
	return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function complainOf(io: CliIo, level: string, event: string, fields: object | undefined): void {
	if (level === 'warn' || level === 'error') io.complain(`${event} ${JSON.stringify(fields ?? {})}\n`)
}
