/** What the machine runs on; `unknown`: nobody can tell. */
export type PowerSource = 'mains' | 'battery' | 'unknown'

/** What Linux says of one supply: the files of that name in a folder of /sys/class/power_supply. */
export interface LinuxSupply {
	/** `Mains`, `USB`, `Battery`, `UPS`. */
	readonly type: string
	/** `1` where it gives power. */
	readonly online?: string | undefined
	/** Of a battery: `Discharging`, `Charging`, `Full`, `Not charging`, `Unknown`. */
	readonly status?: string | undefined
	/** `Device`: of a mouse or a keyboard, not of the machine. */
	readonly scope?: string | undefined
}

/** https://www.kernel.org/doc/Documentation/ABI/testing/sysfs-class-power */
export function linuxPower(supplies: readonly LinuxSupply[]): PowerSource {
	const own = supplies.filter(({ scope }) => scope !== 'Device')
	const batteries = own.filter(({ type }) => type === 'Battery' || type === 'UPS')
	const others = own.filter((supply) => !batteries.includes(supply))
	if (others.some(({ online }) => online === '1')) return 'mains'
	if (batteries.some(({ status }) => status === 'Discharging')) return 'battery'
	if (batteries.length > 0 && others.some(({ type, online }) => type === 'Mains' && online === '0')) return 'battery'
	// A battery that is not emptied is charged by something, also where that has no folder of its own.
	if (batteries.some(({ status }) => status === 'Charging' || status === 'Full' || status === 'Not charging'))
		return 'mains'
	return 'unknown'
}

/** What `pmset -g batt` prints first: `Now drawing from 'Battery Power'`, `'AC Power'` or `'UPS Power'`. */
export function macPower(printed: string): PowerSource {
	const source = /^Now drawing from '([^']+)'/m.exec(printed)?.[1]
	if (source === 'Battery Power' || source === 'UPS Power') return 'battery'
	return source === 'AC Power' ? 'mains' : 'unknown'
}

/**
 * What PowerShell prints of `PowerLineStatus`: `Offline`, `Online` or `Unknown`.
 * https://learn.microsoft.com/dotnet/api/system.windows.forms.powerlinestatus
 */
export function windowsPower(printed: string): PowerSource {
	const status = printed.trim()
	if (status === 'Offline') return 'battery'
	return status === 'Online' ? 'mains' : 'unknown'
}

/** Milliseconds between two looks: a file costs nothing, and a PowerShell about a second of a processor. */
export function powerIntervalMs(platform: string): number {
	return platform === 'win32' ? 180_000 : 30_000
}
