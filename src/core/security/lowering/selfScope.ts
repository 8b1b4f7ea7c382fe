/**
 * Which bare names are variables and which are members of the object: in Java and C#, `x` may be a local, a field of this class, of one
 * around it, or of a base class in another file. A chain of frames, the innermost first.
 */
export interface Frame {
	readonly kind: 'block' | 'class'
	readonly outer: Frame | undefined
	/** Of a block its variables, of a class its fields. */
	readonly names: Set<string>
	/** Of a class. */
	readonly methods: ReadonlySet<string>
	/** Whether members may come from a base class. */
	readonly hasBases: boolean
	/** Names of its type parameters, with the type that bounds them. */
	readonly typeParameters: ReadonlyMap<string, string | undefined>
}

const none: ReadonlySet<string> = new Set()
const noTypes: ReadonlyMap<string, string | undefined> = new Map()

export function blockFrame(outer: Frame | undefined, typeParameters = noTypes): Frame {
	return { kind: 'block', outer, names: new Set(), methods: none, hasBases: false, typeParameters }
}

export function classFrame(
	outer: Frame | undefined,
	members: {
		readonly fields: Iterable<string>
		readonly methods: Iterable<string>
		readonly hasBases: boolean
		readonly typeParameters?: ReadonlyMap<string, string | undefined>
	},
): Frame {
	return {
		kind: 'class',
		outer,
		names: new Set(members.fields),
		methods: new Set(members.methods),
		hasBases: members.hasBases,
		typeParameters: members.typeParameters ?? noTypes,
	}
}

/** What a bare name is that is read or written. */
export function kindOfName(frame: Frame | undefined, name: string): 'local' | 'member' | 'unknown' {
	for (let at = frame; at; at = at.outer) {
		if (at.names.has(name)) return at.kind === 'block' ? 'local' : 'member'
	}
	return 'unknown'
}

/** Whether a class around this place declares the method. */
export function hasMethod(frame: Frame | undefined, name: string): boolean {
	for (let at = frame; at; at = at.outer) if (at.methods.has(name)) return true
	return false
}

export function isInClass(frame: Frame | undefined): boolean {
	for (let at = frame; at; at = at.outer) if (at.kind === 'class') return true
	return false
}

/** Whether a class around this place has a base from which members may come that are not known here. */
export function mayInherit(frame: Frame | undefined): boolean {
	for (let at = frame; at; at = at.outer) if (at.hasBases) return true
	return false
}

/** The bound of a type parameter; null where the name is none. */
export function boundOfType(frame: Frame | undefined, name: string): string | undefined | null {
	for (let at = frame; at; at = at.outer) if (at.typeParameters.has(name)) return at.typeParameters.get(name)
	return null
}
