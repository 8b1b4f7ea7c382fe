/** Bits of information in a character, by how often each occurs (Shannon). */
export function entropyOf(text: string): number {
	const counts = new Map<string, number>()
	for (const it of text) counts.set(it, (counts.get(it) ?? 0) + 1)
	let bits = 0
	for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
	return bits
}

const placeholder =
	/^(?:x{3,}|\*{3,}|\.{3,}|-{3,}|_{3,}|0{4,}|1234.{0,12}|none|null|nil|undefined|true|false|todo|tbd|n\/a|empty|secret|token|passw(?:or)?d|pass|changeit|admin|root|guest|user|default|string|required|optional|hidden|redacted|abc123)$/i
const telling =
	/example|sample|placeholder|change[_-]?me|replace[_-]?(?:me|with|this)|your[_-]|[_-]here$|insert[_-]|dummy|fake|mock|\btest(?:ing)?\b|test[_-]|[_-]test|foobar|lorem|xxxx|redacted|<[^>]*>|not[_-]?(?:a|real)|enter[_-]/i
const reference =
	/^(?:\$|%|#|@|&|\{|<|env[.(:]|process\.|os\.|System\.|vault:|ssm:|arn:|secrets?[./]|op:\/\/|file:|https?:\/\/|\.{0,2}\/)|\$\{|\{\{|\(\)|<%/

/** What stands for a value, names where it comes from, or says that it is for tests. */
export function isPlaceholder(value: string): boolean {
	if (placeholder.test(value) || telling.test(value.slice(0, 300)) || reference.test(value.slice(0, 300))) return true
	return new Set(value).size <= 3 || isRun(value)
}

/** `abcdefgh`, `12345678`: each character follows the one before. */
function isRun(value: string): boolean {
	let steps = 0
	for (let at = 1; at < value.length; at++) if (value.charCodeAt(at) - value.charCodeAt(at - 1) === 1) steps++
	return steps >= value.length * 0.7
}

/** Hashes, UUIDs, dates, versions and colours look like keys and open nothing. */
export function isIdentifier(value: string): boolean {
	return (
		/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value) ||
		/^(?:sha(?:1|256|384|512)|md5)[-:]/i.test(value) ||
		/^\d{4}-\d\d-\d\d|^v?\d+(?:\.\d+){1,3}/.test(value) ||
		/^#?[0-9a-f]{6,8}$/i.test(value)
	)
}
