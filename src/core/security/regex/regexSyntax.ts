import {
	anyChar,
	type CharSet,
	complementOf,
	digits,
	lineEnds,
	propertySet,
	spaces,
	unionOf,
	withBothCases,
	wordChars,
} from './charSet.ts'

/** A regular expression of JavaScript, or what others have in common with it. */
export type RegexNode =
	/** One code unit of the set. */
	| { readonly kind: 'char'; readonly set: CharSet }
	| { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
	| { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
	| { readonly kind: 'repeat'; readonly of: RegexNode; readonly least: number; readonly most: number }
	/** `^`, `$`, `\b`: takes nothing. */
	| { readonly kind: 'anchor'; readonly at: 'start' | 'end' | 'word' }
	| { readonly kind: 'look'; readonly of: RegexNode }
	/** What is never tried another way once it has matched: `(?>…)`, and with `of` of one round `…*+`, `…++`, `…?+` (Java, PHP, Ruby). */
	| { readonly kind: 'atomic'; readonly of: RegexNode; readonly canBeEmpty: boolean }
	| { readonly kind: 'reference' }

const deepest = 60

/** Undefined where it is no regular expression that can be read. @param flags `i` and `s` count */
export function parseRegex(pattern: string, flags = ''): RegexNode | undefined {
	const reader = new RegexReader(pattern, flags)
	return reader.read()
}

class RegexReader {
	private readonly pattern: string
	private readonly ignoresCase: boolean
	private readonly dot: CharSet
	private at = 0
	private depth = 0
	private isBroken = false

	constructor(pattern: string, flags: string) {
		this.pattern = pattern
		this.ignoresCase = flags.includes('i')
		this.dot = flags.includes('s') ? anyChar : complementOf(lineEnds)
	}

	read(): RegexNode | undefined {
		const node = this.choice()
		return this.isBroken || this.at < this.pattern.length ? undefined : node
	}

	private choice(): RegexNode {
		const options = [this.sequence()]
		while (this.takes('|')) options.push(this.sequence())
		return options.length === 1 ? (options[0] ?? this.broken()) : { kind: 'choice', options }
	}

	private sequence(): RegexNode {
		const items: RegexNode[] = []
		while (this.at < this.pattern.length && !'|)'.includes(this.pattern[this.at] ?? '') && !this.isBroken) {
			items.push(this.repeated(this.atom()))
		}
		return { kind: 'sequence', items }
	}

	private repeated(of: RegexNode): RegexNode {
		const [least, most] = this.bounds() ?? []
		if (least === undefined || most === undefined) return of
		// Lazy does not change how many ways there are to match; possessive leaves one.
		if (!this.takes('?') && this.takes('+'))
			return {
				kind: 'atomic',
				of: least > 1 ? { kind: 'sequence', items: [of, of] } : of,
				canBeEmpty: least === 0,
			}
		return { kind: 'repeat', of, least, most }
	}

	private bounds(): [number, number] | undefined {
		if (this.takes('*')) return [0, Number.POSITIVE_INFINITY]
		if (this.takes('+')) return [1, Number.POSITIVE_INFINITY]
		if (this.takes('?')) return [0, 1]
		const found = /^\{(\d{1,9})(,(\d{0,9}))?\}/.exec(this.pattern.slice(this.at, this.at + 22))
		if (!found) return undefined
		this.at += found[0].length
		const least = Number(found[1])
		if (found[2] === undefined) return [least, least]
		return [least, found[3] ? Number(found[3]) : Number.POSITIVE_INFINITY]
	}

	private atom(): RegexNode {
		const character = this.pattern[this.at++] ?? ''
		switch (character) {
			case '(':
				return this.group()
			case '[':
				return this.charOf(this.charClass())
			case '\\':
				return this.escape()
			case '.':
				return { kind: 'char', set: this.dot }
			case '^':
				return { kind: 'anchor', at: 'start' }
			case '$':
				return { kind: 'anchor', at: 'end' }
			case '*':
			case '+':
			case '?':
				return this.broken()
			default:
				return this.charOf(single(character.charCodeAt(0)))
		}
	}

	private group(): RegexNode {
		if (++this.depth > deepest) return this.broken()
		const head = /^\?(?:[:>]|<?[=!]|P?<[A-Za-z_]\w*>|[a-z]*(?:-[a-z]+)?:)/.exec(
			this.pattern.slice(this.at, this.at + 80),
		)?.[0]
		if (head === undefined && this.pattern[this.at] === '?') return this.broken()
		this.at += head?.length ?? 0
		const of = this.choice()
		this.depth--
		if (!this.takes(')')) return this.broken()
		if (head === '?>') return { kind: 'atomic', of, canBeEmpty: false }
		return head !== undefined && /^\?<?[=!]$/.test(head) ? { kind: 'look', of } : of
	}

	private escape(): RegexNode {
		const character = this.pattern[this.at++]
		if (character === undefined) return this.broken()
		if (/[1-9]/.test(character)) {
			while (/\d/.test(this.pattern[this.at] ?? '')) this.at++
			return { kind: 'reference' }
		}
		if (character === 'k' && this.pattern[this.at] === '<') {
			this.at = this.pattern.indexOf('>', this.at) + 1
			return this.at === 0 ? this.broken() : { kind: 'reference' }
		}
		// `\G` is where the last match ended.
		if ('bBG'.includes(character)) return { kind: 'anchor', at: 'word' }
		if (character === 'A') return { kind: 'anchor', at: 'start' }
		if (character === 'z' || character === 'Z') return { kind: 'anchor', at: 'end' }
		return this.charOf(this.escaped(character))
	}

	/** @param character after the backslash, which has been taken */
	private escaped(character: string): CharSet {
		switch (character) {
			case 'd':
				return digits
			case 'D':
				return complementOf(digits)
			case 'w':
				return wordChars
			case 'W':
				return complementOf(wordChars)
			case 's':
				return spaces
			case 'S':
				return complementOf(spaces)
			case 'p':
			case 'P': {
				const name = /^\{[^}]*\}/.exec(this.pattern.slice(this.at, this.at + 60))?.[0]
				this.at += name?.length ?? 0
				return name === undefined ? single(character.charCodeAt(0)) : propertySet(`\\${character}${name}`)
			}
			case 'x':
				return this.coded(/^[\da-f]{2}/i, character)
			case 'u':
				return this.coded(/^(?:[\da-f]{4}|\{[\da-f]{1,6}\})/i, character)
			case 'c':
				return single((this.pattern.charCodeAt(this.at++) || 0) % 32)
			default:
				return single('tnrfv0'.includes(character) ? controlOf(character) : character.charCodeAt(0))
		}
	}

	private coded(form: RegExp, character: string): CharSet {
		const found = form.exec(this.pattern.slice(this.at, this.at + 8))?.[0]
		this.at += found?.length ?? 0
		if (found === undefined) return single(character.charCodeAt(0))
		const code = Number.parseInt(found.replace(/[{}]/g, ''), 16)
		return code > 0xffff ? anyChar : single(code)
	}

	private charClass(): CharSet {
		const isNegated = this.takes('^')
		const parts: CharSet[] = []
		while (this.pattern[this.at] !== ']') {
			if (this.at >= this.pattern.length) {
				this.broken()
				return []
			}
			const from = this.classItem()
			if (this.pattern[this.at] === '-' && this.pattern[this.at + 1] !== ']' && isSingle(from)) {
				this.at++
				const to = this.classItem()
				if (isSingle(to)) {
					parts.push([[from[0]?.[0] ?? 0, Math.max(from[0]?.[0] ?? 0, to[0]?.[0] ?? 0)]])
					continue
				}
				parts.push(single(45), to)
			}
			parts.push(from)
		}
		this.at++
		const set = unionOf(parts)
		const cased = this.ignoresCase ? withBothCases(set) : set
		return isNegated ? complementOf(cased) : cased
	}

	private classItem(): CharSet {
		const character = this.pattern[this.at++] ?? ''
		if (character !== '\\') return single(character.charCodeAt(0))
		const next = this.pattern[this.at++]
		if (next === undefined) {
			this.broken()
			return []
		}
		return next === 'b' ? single(8) : this.escaped(next)
	}

	private charOf(set: CharSet): RegexNode {
		return { kind: 'char', set: this.ignoresCase ? withBothCases(set) : set }
	}

	private takes(character: string): boolean {
		if (this.pattern[this.at] !== character) return false
		this.at++
		return true
	}

	private broken(): RegexNode {
		this.isBroken = true
		this.at = this.pattern.length
		return { kind: 'sequence', items: [] }
	}
}

function single(code: number): CharSet {
	return [[code, code]]
}

function isSingle(set: CharSet): boolean {
	return set.length === 1 && set[0]?.[0] === set[0]?.[1]
}

function controlOf(character: string): number {
	return { t: 9, n: 10, r: 13, f: 12, v: 11 }[character] ?? 0
}
