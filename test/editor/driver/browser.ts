import { type Browser, chromium } from 'playwright-core'

/** Starts a browser without a window that asks nobody for anything. */
export function launchBrowser(executablePath: string): Promise<Browser> {
	// As root, which is what a container runs as, Chromium refuses to start with its sandbox.
	const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
	return chromium.launch({ executablePath, args: [...asRoot, ...quiet] })
}

/** Chromium asks its maker for updates and lists; nothing of that is wanted here. */
const quiet = [
	'--disable-gpu',
	'--disable-dev-shm-usage',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-domain-reliability',
	'--disable-sync',
	'--no-first-run',
	'--force-color-profile=srgb',
]
