/** The platforms that a VSIX is made for, by the name that the marketplace gives them. */
export const targetNames = /** @type {const} */ ([
	'linux-x64',
	'linux-arm64',
	'win32-x64',
	'win32-arm64',
	'darwin-arm64',
	'darwin-x64',
])

/** @typedef {(typeof targetNames)[number]} TargetName */

/**
 * The package with llama.cpp built for each target, and where there is one, the package with Vulkan. The one for Apple
 * silicon has Metal.
 *
 * @type {Record<TargetName, { binary: string, vulkan?: string }>}
 */
export const targets = {
	'linux-x64': { binary: '@node-llama-cpp/linux-x64', vulkan: '@node-llama-cpp/linux-x64-vulkan' },
	'linux-arm64': { binary: '@node-llama-cpp/linux-arm64' },
	'win32-x64': { binary: '@node-llama-cpp/win-x64', vulkan: '@node-llama-cpp/win-x64-vulkan' },
	'win32-arm64': { binary: '@node-llama-cpp/win-arm64' },
	'darwin-arm64': { binary: '@node-llama-cpp/mac-arm64-metal' },
	'darwin-x64': { binary: '@node-llama-cpp/mac-x64' },
}

/** @returns {TargetName | undefined} the target of the machine that this runs on */
export function ownTarget() {
	return targetNames.find((name) => name === `${process.platform}-${process.arch}`)
}
