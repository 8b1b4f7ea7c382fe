/** Lines on a field of 16 by 16, drawn in the colour of the text around. */
const paths = {
	add: 'M8 3v10M3 8h10',
	history: 'M2.5 8a5.5 5.5 0 1 0 1.8-4.1L2.5 5.5M2.5 2.5v3h3M8 5v3.2l2.2 1.3',
	export: 'M8 2.5v7M5 6.8l3 3 3-3M3 12v1.5h10V12',
	back: 'M9.5 3.5 5 8l4.5 4.5',
	forward: 'M6.5 3.5 11 8l-4.5 4.5',
	down: 'M8 3v10M4 9l4 4 4-4',
	expand: 'M3.5 6 8 10.5 12.5 6',
	close: 'M4 4l8 8M12 4l-8 8',
	send: 'M3 13.2 13.5 8 3 2.8l1.4 5.2zM4.4 8h4.4',
	copy: 'M5.5 5.5h7v8h-7zM10.5 5.5v-3h-7v8h2',
	insert: 'M3 3.5h6M3 6.5h4M3 12.5h6M13 5v6M11.5 4.5h3M11.5 11.5h3M3 9.5h4',
	newFile: 'M9 2.5H4v11h4M9 2.5l3 3v3M9 2.5v3h3M11.5 10v4M9.5 12h4',
	apply: 'M3 8.5l3.2 3.2L13 4.5',
	retry: 'M13.5 8a5.5 5.5 0 1 1-1.8-4.1l1.8 1.6M13.5 2.5v3h-3',
	edit: 'M3 13l.6-2.8L11 2.8l2.2 2.2-7.4 7.4zM9.7 4.1l2.2 2.2',
	delete: 'M3 4.5h10M6 4.5V3h4v1.5M4.2 4.5l.6 9h6.4l.6-9M6.8 7v4M9.2 7v4',
	warning: 'M8 2.5 14 13H2zM8 6.5v3M8 11v.6',
	error: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
	info: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM8 7.2v3.6M8 5v.6',
	lock: 'M4 7.5h8v6H4zM5.5 7.5V5.2a2.5 2.5 0 0 1 5 0v2.3M8 10v1.4',
	model: 'M8 2.2 13 5v6l-5 2.8L3 11V5zM3 5l5 2.8L13 5M8 7.8v6',
	user: 'M8 2.8a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2zM3 13.5c.4-2.7 2.4-4 5-4s4.6 1.3 5 4',
	file: 'M9 2.5H4v11h8V5.5zM9 2.5v3h3',
	folder: 'M2.5 4h4l1.3 1.5h5.7V12.5h-11z',
	selection: 'M3 5.5V3h2.5M10.5 3H13v2.5M13 10.5V13h-2.5M5.5 13H3v-2.5M5.5 8h5',
	symbol: 'M8 2.5 12.8 8 8 13.5 3.2 8z',
	problems: 'M8 2.5 14 13H2zM8 6.5v3M8 11v.6',
	changes: 'M8 3v5M5.5 5.5h5M5.5 12h5',
	terminal: 'M2.5 3h11v10h-11zM5 6l2 2-2 2M8.5 10.5H11',
	workspace: 'M7 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM10 10l3.5 3.5',
	finding: 'M8 2.2l5 1.8v4c0 2.8-2 4.7-5 5.8-3-1.1-5-3-5-5.8V4zM5.8 8l1.6 1.6 3-3.2',
	command: 'M6 13 10 3',
	prompt: 'M2.5 3h11v7.5H7L4.5 13v-2.5h-2z',
	mention: 'M10.3 8a2.3 2.3 0 1 1-4.6 0 2.3 2.3 0 0 1 4.6 0zM10.3 5.7V9c0 1.8 3.2 1.8 3.2-1A5.5 5.5 0 1 0 11 12.6',
} as const
export type IconName = keyof typeof paths

const svg = 'http://www.w3.org/2000/svg'

/** For the eye only: what it stands for is said by the element that has it. */
export function icon(name: IconName): SVGSVGElement {
	const image = drawing(16, 'icon')
	image.append(line(paths[name]))
	return image
}

/** The sign for stopping, which is filled. */
export function stopIcon(): SVGSVGElement {
	const image = drawing(16, 'icon filled')
	image.append(line('M4.5 4.5h7v7h-7z'))
	return image
}

/** The sign of Alcove: an arch in a wall, and a light in it. */
export function logo(): SVGSVGElement {
	const image = drawing(24, 'logo')
	image.append(line('M4 20.5V11a8 8 0 0 1 16 0v9.5zM8.5 20.5V12a3.5 3.5 0 0 1 7 0v8.5'))
	return image
}

function drawing(size: number, className: string): SVGSVGElement {
	const image = document.createElementNS(svg, 'svg')
	image.setAttribute('viewBox', `0 0 ${size} ${size}`)
	image.setAttribute('class', className)
	image.setAttribute('aria-hidden', 'true')
	image.setAttribute('focusable', 'false')
	return image
}

function line(path: string): SVGPathElement {
	const made = document.createElementNS(svg, 'path')
	made.setAttribute('d', path)
	return made
}
