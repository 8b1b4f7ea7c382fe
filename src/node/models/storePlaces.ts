import { posix, win32 } from 'node:path'

/** The machine, as far as it decides where programs keep models. */
export interface MachineFacts {
	readonly platform: NodeJS.Platform
	readonly homeDir: string
	readonly env: Readonly<Record<string, string | undefined>>
}

export interface StorePlace {
	readonly store: 'ollama' | 'lmStudio' | 'huggingFace' | 'llamaCpp'
	readonly folder: string
}

/** Folders in which other programs keep models; they need not be there. Absolute, without doubles. */
export function storePlaces(machine: MachineFacts): readonly StorePlace[] {
	const { join, isAbsolute } = machine.platform === 'win32' ? win32 : posix
	const places: StorePlace[] = [
		...ollamaFolders(machine, join).map((folder) => ({ store: 'ollama', folder }) as const),
		...lmStudioFolders(machine, join).map((folder) => ({ store: 'lmStudio', folder }) as const),
		{ store: 'huggingFace', folder: huggingFaceFolder(machine, join) },
		{ store: 'llamaCpp', folder: llamaCppFolder(machine, join) },
	]
	const seen = new Set<string>()
	return places.filter(({ folder }) => isAbsolute(folder) && !seen.has(folder) && seen.add(folder))
}

type Join = (...parts: string[]) => string

/**
 * `OLLAMA_MODELS`, else `.ollama/models` in the home folder of who runs it: the user, or on Linux the service's own user, whose home
 * is /usr/share/ollama. Source: "Where are models stored?" in docs/faq.md of github.com/ollama/ollama.
 */
function ollamaFolders({ platform, homeDir, env }: MachineFacts, join: Join): string[] {
	const own = env.OLLAMA_MODELS || join(homeDir, '.ollama', 'models')
	return platform === 'linux' ? [own, '/usr/share/ollama/.ollama/models'] : [own]
}

/**
 * `~/.lmstudio/models` on every system; versions of 2024 had it in `~/.cache/lm-studio`. Source:
 * https://lmstudio.ai/docs/app/basics/import-model. A home that was moved is named by `~/.lmstudio-home-pointer`: `lmStudioHome`.
 */
function lmStudioFolders({ homeDir }: MachineFacts, join: Join): string[] {
	return [join(homeDir, '.lmstudio', 'models'), join(homeDir, '.cache', 'lm-studio', 'models')]
}

/** Where LM Studio keeps models when its home was moved, from the text of `~/.lmstudio-home-pointer`. */
export function lmStudioMoved(pointer: string, platform: NodeJS.Platform): string | undefined {
	const { join, isAbsolute } = platform === 'win32' ? win32 : posix
	const home = pointer.split('\n')[0]?.trim() ?? ''
	return isAbsolute(home) ? join(home, 'models') : undefined
}

/**
 * `HF_HUB_CACHE`, else `hub` in `HF_HOME`, else in `huggingface` in the user's cache, which is `~/.cache` on Windows too. Source:
 * https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables. llama.cpp of 2026 keeps its downloads there
 * too: common/hf-cache.cpp.
 */
function huggingFaceFolder({ homeDir, env }: MachineFacts, join: Join): string {
	const named = env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE
	if (named) return named
	return join(env.HF_HOME || join(env.XDG_CACHE_HOME || join(homeDir, '.cache'), 'huggingface'), 'hub')
}

/** `LLAMA_CACHE`, else `llama.cpp` in the system's folder for caches. Source: `fs_get_cache_directory` in common/common.cpp of llama.cpp. */
function llamaCppFolder({ platform, homeDir, env }: MachineFacts, join: Join): string {
	if (env.LLAMA_CACHE) return env.LLAMA_CACHE
	if (platform === 'win32') return join(env.LOCALAPPDATA || join(homeDir, 'AppData', 'Local'), 'llama.cpp')
	if (platform === 'darwin') return join(homeDir, 'Library', 'Caches', 'llama.cpp')
	return join(env.XDG_CACHE_HOME || join(homeDir, '.cache'), 'llama.cpp')
}
