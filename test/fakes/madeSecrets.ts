import { base62, crc32 } from '../../src/core/privacy/secrets/checksums.ts'

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
export function made(length: number, from = letters): string {
	let text = ''
	while (text.length < length) text += from[Math.floor(random() * from.length)] ?? ''
	return text
}
export function withCrc(prefix: string): string {
	const body = made(30)
	return `${prefix}_${body}${base62(crc32(body), 6)}`
}
const base64 = (text: string) => Buffer.from(text).toString('base64url')
const jwt = () => `${base64('{"alg":"HS256","typ":"JWT"}')}.${base64(`{"sub":"${made(12)}"}`)}.${made(43)}`
const pem = () =>
	`-----BEGIN RSA ${'PRIVATE'} KEY-----\n${[1, 2, 3].map(() => made(64)).join('\n')}\n-----END RSA ${'PRIVATE'} KEY-----`

export const tokens: Readonly<Record<string, () => string>> = {
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
export const assignments: readonly ((value: string) => string)[] = [
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

export const harmless: readonly (() => string)[] = [
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
