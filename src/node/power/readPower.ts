import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type LinuxSupply, linuxPower, macPower, type PowerSource, windowsPower } from '../../core/model/powerSource.ts'

/** Where Linux says what gives power. */
const linuxFolder = '/sys/class/power_supply'
/** Milliseconds after which a program is ended that does not answer. */
const patienceMs = 10_000

/** Prints whether the machine is plugged in, from what Windows itself shows in its task bar. */
const windowsScript = [
	'Add-Type -AssemblyName System.Windows.Forms',
	'[System.Windows.Forms.SystemInformation]::PowerStatus.PowerLineStatus',
].join('; ')

/** What this machine runs on; rejects where it cannot be asked. */
export async function readPower(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): Promise<PowerSource> {
	switch (platform) {
		case 'linux':
			return linuxPower(await linuxSupplies(linuxFolder))
		case 'darwin':
			return macPower(await printedBy('/usr/bin/pmset', ['-g', 'batt']))
		case 'win32': {
			const folder = env.SystemRoot ?? 'C:\\Windows'
			const powershell = join(folder, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe')
			return windowsPower(await printedBy(powershell, ['-NoProfile', '-NonInteractive', '-Command', windowsScript]))
		}
		default:
			return 'unknown'
	}
}

/** What is plugged in, and what is in the machine; none where the system has no such folder. */
export async function linuxSupplies(folder: string): Promise<LinuxSupply[]> {
	const names = await readdir(folder).catch((): string[] => [])
	return Promise.all(
		names.map(async (name) => {
			const read = (file: string) => readFile(join(folder, name, file), 'utf8').then((text) => text.trim())
			const [type, online, status, scope] = await Promise.all(
				['type', 'online', 'status', 'scope'].map((file) => read(file).catch(() => undefined)),
			)
			return { type: type ?? '', online, status, scope }
		}),
	)
}

function printedBy(program: string, args: readonly string[]): Promise<string> {
	return new Promise((resolve, reject) => {
		execFile(program, [...args], { timeout: patienceMs, windowsHide: true }, (error, printed) => {
			if (error) reject(error)
			else resolve(printed)
		})
	})
}
