import { describe, expect, it } from 'vitest'
import { base62, crc32, endsWithCrc, fromBase64, isBech32 } from '../../../../../src/core/security/secrets/checksums.ts'
import { findSecrets } from '../../../../../src/core/security/secrets/findSecrets.ts'

// Nothing here has the form of a secret until the test runs, so that no scanner flags this file.
const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = lower.toUpperCase()
const digits = '0123456789'
const letters = lower + upper + digits
const hex = `${digits}abcdef`

let state = 12_345
function random(): number {
	state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
	return state / 2_147_483_648
}
function made(length: number, from = letters): string {
	let text = ''
	while (text.length < length) text += from[Math.floor(random() * from.length)] ?? ''
	return text
}
function withCrc(prefix: string): string {
	const body = made(30)
	return `${prefix}_${body}${base62(crc32(body), 6)}`
}
const base64 = (text: string) => Buffer.from(text).toString('base64url')
const jwt = () => `${base64('{"alg":"HS256","typ":"JWT"}')}.${base64(`{"sub":"${made(12)}"}`)}.${made(43)}`
const pem = () =>
	`-----BEGIN RSA ${'PRIVATE'} KEY-----\n${[1, 2, 3].map(() => made(64)).join('\n')}\n-----END RSA ${'PRIVATE'} KEY-----`

const tokens: Readonly<Record<string, () => string>> = {
	'aws-access-key': () => `AK${'IA'}${made(14, `${upper}234567`)}Q7`,
	'github-token': () => withCrc('ghp'),
	'gitlab-token': () => `glpat${'-'}${made(20)}`,
	'npm-token': () => withCrc('npm'),
	'pypi-token': () => `pypi${'-'}AgEIcHlwaS5vcmc${made(80)}`,
	'slack-token': () => `xox${'b'}-${made(12, digits)}-${made(12, digits)}-${made(24)}`,
	'stripe-key': () => `sk_${'live'}_${made(24)}`,
	'openai-key': () => `sk-${'proj'}-${made(40)}T3Blbk${'FJ'}${made(40)}`,
	'anthropic-key': () => `sk-${'ant'}-api03-${made(93)}AA`,
	'huggingface-token': () => `hf${'_'}${made(34, lower + upper)}`,
	'google-api-key': () => `AI${'za'}${made(35)}`,
	'google-oauth-secret': () => `GOC${'SPX'}-${made(28)}`,
	'sendgrid-key': () => `S${'G'}.${made(22)}.${made(43)}`,
	'mailgun-key': () => `key${'-'}${made(32, hex)}`,
	'twilio-key': () => `S${'K'}${made(32, hex)}`,
	'telegram-bot-token': () => `${made(9, '123456789')}:A${'A'}${made(33)}`,
	'discord-bot-token': () => `M${base64(`1${made(17, digits)}`).slice(1)}.${made(6)}.${made(30)}`,
	jwt,
	'private-key': pem,
	'digitalocean-token': () => `dop${'_v1_'}${made(64, hex)}`,
	'shopify-token': () => `shp${'at'}_${made(32, hex)}`,
	'databricks-token': () => `da${'pi'}${made(32, hex)}`,
	'vault-token': () => `hv${'s'}.${made(90)}`,
	'azure-storage-key': () => `DefaultEndpointsProtocol=https;Account${'Key'}=${made(86)}==`,
	'database-url': () => `postgres://app:${made(16)}@db-1.internal:5432/app`,
	'url-password': () => `https://build:${made(20)}@git.internal/x.git`,
}

/** A secret in a place where it may stand, with the value that must be found. */
const assignments: readonly ((value: string) => string)[] = [
	(value) => `const apiKey = '${value}'`,
	(value) => `DB_PASSWORD=${value}\nPORT=80`,
	(value) => `  "client_secret": "${value}",`,
	(value) => `password: "${value}"`,
	(value) => `$config['secret'] = "${value}";`,
	(value) => `private String authToken = "${value}";`,
	(value) => `export AWS_SECRET_ACCESS_KEY="${value}"`,
	(value) => `api_key => '${value}'`,
	(value) => `let token: string = "${value}"`,
	(value) => `if (password === "${value}") return`,
	(value) => `SECRET_KEY = "${value}"  # used for sessions`,
]

const harmless: readonly (() => string)[] = [
	() => `password = getpass.getpass("Password: ")`,
	() => `const token = await getToken(user.id)`,
	() => `API_KEY=your-api-key-here`,
	() => `password: "changeme"`,
	() => `"password": "Password"`,
	() => `secret = os.environ["SECRET_KEY"]`,
	() => `token: \${{ secrets.GITHUB_TOKEN }}`,
	() => `password: \${DB_PASSWORD}`,
	() => `requestId = "${made(8, hex)}-${made(4, hex)}-4${made(3, hex)}-a${made(3, hex)}-${made(12, hex)}"`,
	() => `tokenId: "${made(8, hex)}-${made(4, hex)}-4${made(3, hex)}-a${made(3, hex)}-${made(12, hex)}"`,
	() => `"integrity": "sha512-${made(86)}=="`,
	() => `commit ${made(40, hex)}`,
	() => `passwordField = "user-password-input"`,
	() => `password_reset_url = "https://accounts.internal/reset/now"`,
	() => `const token = lexer.tokens.next.value`,
	() => `secretName: "database-credentials"`,
	() => `<input type="password" placeholder="Your password" name="password">`,
	() => `api_key = "xxxxxxxxxxxxxxxxxxxxxxxx"`,
	() => `AWS_ACCESS_KEY_ID=AKIA${'IOSFODNN7'}EXAMPLE`,
	() => `postgres://user:password@localhost/test`,
	() => `git clone https://\${USER}:\${TOKEN}@github.com/a/b.git`,
	() => `token = "test-token-for-unit-tests"`,
	() => `tokenize: true, maxTokens: 4096, tokenLimit = 128000`,
	() => `secretaryOfState = "Madeleine Albright"`,
	() => `password: str = Field(min_length=12)`,
	() => `-----BEGIN ${'PRIVATE'} KEY-----\n...\n-----END ${'PRIVATE'} KEY-----`,
	() => `const passwordHint = "At least 12 characters, 1 digit"`,
	() => `-----BEGIN CERTIFICATE-----\n${made(64)}\n-----END CERTIFICATE-----`,
	() => `color: #${made(6, hex)}; background: url(data:image/png;base64,${made(200)})`,
]

describe('findSecrets', () => {
	it.each(Object.entries(tokens))('%s', (kind, make) => {
		for (let round = 0; round < 20; round++) {
			const value = make()
			const text = `before\nuse("${value}")\nafter`
			const [first, ...more] = findSecrets(text)
			expect(first?.kind, text).toBe(kind)
			expect(more).toEqual([])
			const found = text.slice(first?.start, first?.end)
			expect(value).toContain(found)
			expect(first?.preview.length).toBeLessThan(12)
			if (kind !== 'private-key') expect(found).not.toBe(first?.preview.replace('…', ''))
		}
	})

	it('finds what is assigned, and little else', () => {
		let [right, missed, wrong] = [0, 0, 0]
		const errors: string[] = []
		for (let round = 0; round < 40; round++) {
			for (const place of assignments) {
				const value = made(20 + (round % 21))
				const text = place(value)
				const found = findSecrets(text)
				if (found.some((it) => text.slice(it.start, it.end) === value)) right++
				else {
					missed++
					errors.push(text)
				}
			}
			for (const make of harmless) {
				const text = make()
				const found = findSecrets(text)
				wrong += found.length
				if (found.length > 0) errors.push(`${found[0]?.kind}: ${text}`)
			}
		}
		const precision = right / (right + wrong)
		const recall = right / (right + missed)
		expect(precision, errors.slice(0, 20).join('\n')).toBeGreaterThan(0.97)
		expect(recall, errors.slice(0, 20).join('\n')).toBeGreaterThan(0.97)
	})

	it('doubts a token whose checksum is wrong', () => {
		const right = withCrc('ghp')
		const wrong = right.slice(0, 10) + (right[10] === 'a' ? 'b' : 'a') + right.slice(11)
		expect(findSecrets(right)[0]?.confidence).toBe('high')
		expect(findSecrets(wrong)[0]?.confidence).toBe('low')
	})

	it('takes the better known of two at one place', () => {
		const token = withCrc('ghp')
		const found = findSecrets(`token = "${token}"; password = "${made(14)}7!"`)
		expect(found.map((it) => it.kind)).toEqual(['github-token', 'assigned-secret'])
	})

	it('leaves out what only its name makes suspicious, if asked', () => {
		expect(findSecrets(`secret = "${made(30)}"`, { withAssigned: false })).toEqual([])
	})

	it.each([
		['names', () => 'password'.repeat(130_000)],
		['assignments', () => 'token="'.repeat(150_000)],
		['addresses', () => 'https://a:b'.repeat(95_000)],
		['letters', () => made(1_000_000)],
		['heads', () => `-----BEGIN RSA ${'PRIVATE'} KEY-----`.repeat(30_000)],
		['marks', () => ['eyJ', 'AKIA', 'xoxb-', 'glpat-', 'hvs.', 'SG.', 'AIza', 'sk-'].join('').repeat(25_000)],
		['tokens', () => 'eyJ'.repeat(330_000)],
		['code', () => 'const a = call(b, "text") // and so on\n'.repeat(26_000)],
	])('takes time that grows with the length only: %s', (_name, make) => {
		const text = make()
		findSecrets(text.slice(0, 50_000))
		const quarter = timed(text.slice(0, text.length / 4))
		const whole = timed(text)
		// Far from the square of the length, with room for a busy machine.
		expect(whole).toBeLessThan(Math.max(quarter, 20) * 10)
		expect(whole).toBeLessThan(1_500)
	})
})

function timed(text: string): number {
	const begun = performance.now()
	findSecrets(text)
	return performance.now() - begun
}

describe('checksums', () => {
	it('are those of the standards', () => {
		expect(crc32('123456789')).toBe(0xcbf43926)
		expect(base62(61 + 62, 6)).toBe('00001z')
		expect(endsWithCrc(withCrc('npm'))).toBe(true)
		// BIP 173's own examples.
		expect(isBech32('A12UEL5L')).toBe(true)
		expect(isBech32('A12UEL5M')).toBe(false)
		expect(fromBase64('eyJhIjoxfQ')).toBe('{"a":1}')
		expect(fromBase64('a b')).toBeUndefined()
	})
})
