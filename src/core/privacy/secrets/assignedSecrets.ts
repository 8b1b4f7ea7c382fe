import { entropyOf, isIdentifier, isPlaceholder } from './entropy.ts'
import { maskedPreview, type SecretFinding } from './secretFinding.ts'

const names =
	/pass(?:word|wd|phrase)|(?<![a-z])pwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|client[_-]?key|encryption[_-]?key|signing[_-]?key|credential/gi
/** The rest of the name, what assigns, and the value: in quotes, or bare to the end of the line as in `.env`. */
const assigned =
	/[\w.-]{0,40}["'\]]{0,3}[ \t]{0,8}(?::[ \t]{0,4}\w{1,20}[ \t]{0,4})?(?:=>|:=|===?|=|:|,)[ \t]{0,8}(?:[@$brfu]{0,2}(["'`])([^"'`\r\n]{4,300})\1|([^\s"'`,;(){}[\]<>]{8,300})(?=[ \t]*(?:[;#].{0,200})?(?:$|[\r\n])))/y
/** `#define DB_PASS "…"`: what stands between the name and the value is only a space. */
const defined =
	/^[ \t]{0,20}#[ \t]{0,8}define[ \t]{1,8}(\w{0,60}?(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|auth_?key|private_?key|credential)\w{0,20})[ \t]{1,40}L?"([^"\r\n]{4,300})"/gim
/** The name is of something that is near to a secret and none. */
const harmless =
	/^[_-]?(?:field|name|id|url|uri|path|file|type|length|len|min|max|label|hint|placeholder|regex|pattern|policy|prefix|suffix|header|count|limit|expir\w*|ttl|lifetime|endpoint|error|message|msg|title|text|input|column|attr\w*|param\w*|provider|validator|reset|is|has)(?![a-z])/i

/** Values that are given to names such as `password` and `apiKey`. */
export function assignedSecrets(text: string): SecretFinding[] {
	const found: SecretFinding[] = []
	const named = new RegExp(names)
	const given = new RegExp(assigned)
	for (let name = named.exec(text); name; name = named.exec(text)) {
		const from = name.index + name[0].length
		given.lastIndex = from
		const match = given.exec(text)
		if (!match) continue
		const value = match[2] ?? match[3] ?? ''
		const end = from + match[0].length - (match[1] === undefined ? 0 : 1)
		named.lastIndex = Math.max(named.lastIndex, end)
		if (harmless.test(text.slice(from, from + 40))) continue
		const isPassword = /^p/i.test(name[0]) && !/key$/i.test(name[0])
		const confidence = judged(value, isPassword, match[1] !== undefined)
		if (!confidence) continue
		const start = end - value.length
		const label = isPassword ? 'password' : 'secret value'
		found.push({ kind: 'assigned-secret', label, confidence, preview: maskedPreview(value), start, end })
	}
	return text.includes('define') ? [...found, ...definedSecrets(text)] : found
}

function definedSecrets(text: string): SecretFinding[] {
	const found: SecretFinding[] = []
	for (const match of text.matchAll(defined)) {
		const [all, name = '', value = ''] = match
		const word =
			/(?:^|_)(pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|auth_?key|private_?key|credential)(?=$|_|s$)/i.exec(
				name,
			)
		if (!word?.[1] || harmless.test(name.slice(word.index + word[0].length))) continue
		const isPassword = /^p/i.test(word[1]) && !/key$/i.test(word[1])
		const confidence = judged(value, isPassword, true)
		if (!confidence) continue
		const end = match.index + all.length - 1
		const label = isPassword ? 'password' : 'secret value'
		found.push({
			kind: 'assigned-secret',
			label,
			confidence,
			preview: maskedPreview(value),
			start: end - value.length,
			end,
		})
	}
	return found
}

function judged(value: string, isPassword: boolean, isQuoted: boolean): SecretFinding['confidence'] | undefined {
	if (isPlaceholder(value) || isIdentifier(value)) return undefined
	// Prose, paths of properties and calls are no values.
	if (/\s/.test(value) && (!isPassword || value.split(/\s/).length > 3)) return undefined
	if (/^[A-Za-z_]\w*(?:(?:\.|->|::)[A-Za-z_]\w*)+$/.test(value)) return undefined
	// Where a secret stands in the configuration: `Jwt:SigningKey`.
	if (/^[A-Z][A-Za-z]*(?::[A-Z][A-Za-z]*)*:[A-Za-z]*(?:Secret|Password|Key|Token)$/.test(value)) return undefined
	// What an input is called, and an action of a controller: `login#set_password`.
	if (isPassword && /\s/.test(value) && /pass(?:word|phrase)/i.test(value)) return undefined
	if (/^[a-z][\w/]*#\w+$/.test(value)) return undefined
	// What a form asks of a field: `required|string|min:8`.
	if (
		/^(?:required|nullable|sometimes|bail|filled|present|string|confirmed|min|max|between|current_password)(?::\w+)?(?:\|[\w:,.]+)*$/.test(
			value,
		)
	)
		return undefined
	// Texts of several lines, and patterns.
	if (/\\n/.test(value) || (!isPassword && /[{}]/.test(value))) return undefined
	const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s]/].filter((it) => it.test(value)).length
	// A name of another thing: `MAX_RETRIES`, `passwordInput`, `reset-token`.
	if (/^[A-Za-z]+(?:[_.-][A-Za-z]+)*$/.test(value) && !(isPassword && isQuoted && classes > 2) && !isShuffled(value))
		return undefined
	const bits = entropyOf(value)
	if (isPassword)
		return isQuoted ? (value.length >= 6 && classes >= 2 ? 'medium' : undefined) : bits >= 2.8 ? 'low' : undefined
	if (value.length >= 16 && classes >= 2 && bits >= 3.2) return isQuoted ? 'medium' : bits >= 3.6 ? 'medium' : 'low'
	return value.length >= 10 && classes >= 3 && bits >= 2.8 ? 'low' : undefined
}

/** Letters whose case changes more often than at the beginnings of words. */
function isShuffled(value: string): boolean {
	let changes = 0
	for (let at = 1; at < value.length; at++)
		if (/[a-z]/.test(value[at] ?? '') !== /[a-z]/.test(value[at - 1] ?? '')) changes++
	return value.length >= 12 && changes > (value.length - 1) * 0.34 && entropyOf(value) > 3
}
