import { endsWithCrc, fromBase64, isBech32 } from './checksums.ts'

/** A form of key that a provider gives out. */
export interface Provider {
	readonly kind: string
	readonly label: string
	/** One of these stands in each of them: a text without is not looked at. */
	readonly marks: readonly string[]
	/** Global, with bounded repetitions; the first group is the secret where there is one. */
	readonly pattern: RegExp
	readonly confidence: 'high' | 'medium'
	/** `wrong`: it is none. `unsure`: it has the form, and its checksum does not fit. */
	readonly check?: (value: string) => 'right' | 'wrong' | 'unsure'
}

function sure(test: (value: string) => boolean): NonNullable<Provider['check']> {
	return (value) => (test(value) ? 'right' : 'wrong')
}

const crc: NonNullable<Provider['check']> = (value) => (endsWithCrc(value) ? 'right' : 'unsure')

function isJwt(value: string): boolean {
	const [head = '', body = ''] = value.split('.')
	return /"alg"\s*:/.test(fromBase64(head) ?? '') && fromBase64(body)?.startsWith('{') === true
}

/** The first part of a bot's token is the number of its account. */
function isDiscord(value: string): boolean {
	return /^\d{17,20}$/.test(fromBase64(value.slice(0, value.indexOf('.'))) ?? '')
}

function isMixed(value: string): boolean {
	return /\d/.test(value) && /[A-Za-z]/.test(value) && new Set(value).size > 10
}

type Row = readonly [
	kind: string,
	label: string,
	marks: string,
	pattern: RegExp,
	check?: NonNullable<Provider['check']>,
	confidence?: 'medium',
]

const rows: readonly Row[] = [
	[
		'aws-access-key',
		'AWS access key',
		'AKIA ASIA ABIA ACCA',
		/\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g,
		sure(isMixed),
	],
	['github-token', 'GitHub token', 'ghp_ gho_ ghu_ ghs_ ghr_', /\bgh[pousr]_[A-Za-z0-9]{36}\b/g, crc],
	['github-token', 'GitHub token', 'github_pat_', /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/g],
	[
		'gitlab-token',
		'GitLab token',
		'glpat- gldt- glrt- glptt- glcbt-',
		/\bgl(?:pat|dt|rt|ptt|cbt)-[\w-]{20,60}/g,
		sure(isMixed),
	],
	['npm-token', 'npm token', 'npm_', /\bnpm_[A-Za-z0-9]{36}\b/g, crc],
	['pypi-token', 'PyPI token', 'pypi-AgE', /\bpypi-AgE[\w-]{50,400}/g],
	['rubygems-key', 'RubyGems key', 'rubygems_', /\brubygems_[0-9a-f]{48}\b/g],
	[
		'slack-token',
		'Slack token',
		'xoxb- xoxp- xoxa- xoxr- xoxs- xapp-',
		/\bx(?:ox[abprs]|app)-[\w-]{20,250}/g,
		sure(isMixed),
	],
	[
		'slack-webhook',
		'Slack webhook',
		'hooks.slack.com/',
		/hooks\.slack\.com\/services\/(T\w{6,14}\/B\w{6,14}\/\w{20,30})/g,
	],
	['stripe-key', 'Stripe key', 'k_live_', /\b[rs]k_live_[A-Za-z0-9]{20,120}\b/g],
	['stripe-webhook-secret', 'Stripe webhook secret', 'whsec_', /\bwhsec_[A-Za-z0-9+/]{30,64}/g],
	['openai-key', 'OpenAI key', 'T3BlbkFJ', /\bsk-[\w-]{20,100}T3BlbkFJ[\w-]{20,100}/g],
	['anthropic-key', 'Anthropic key', 'sk-ant-', /\bsk-ant-[a-z]{2,8}\d\d-[\w-]{80,110}/g],
	['huggingface-token', 'Hugging Face token', 'hf_', /\bhf_[A-Za-z]{34}\b/g],
	['google-api-key', 'Google API key', 'AIza', /\bAIza[\w-]{35}(?![\w-])/g],
	['google-oauth-secret', 'Google OAuth secret', 'GOCSPX-', /\bGOCSPX-[\w-]{28}(?![\w-])/g],
	['google-oauth-token', 'Google OAuth token', 'ya29.', /\bya29\.[\w-]{30,300}/g],
	['azure-storage-key', 'Azure storage key', 'AccountKey=', /AccountKey=([A-Za-z0-9+/]{86}==)/g],
	['azure-client-secret', 'Azure client secret', '8Q~', /(?<![\w~.-])[\w~.-]{3}8Q~[\w~.-]{31,34}(?![\w~.-])/g],
	['azure-sas', 'Azure shared access signature', 'sig=', /[?&]sig=([A-Za-z0-9%]{43,70}%3[dD])/g],
	['sendgrid-key', 'SendGrid key', 'SG.', /\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g],
	['mailgun-key', 'Mailgun key', 'key-', /\bkey-[0-9a-f]{32}\b/g],
	['mailchimp-key', 'Mailchimp key', '-us', /\b[0-9a-f]{32}-us\d{1,2}\b/g],
	['twilio-key', 'Twilio key', 'SK', /\bSK[0-9a-f]{32}\b/g],
	['telegram-bot-token', 'Telegram bot token', ':AA', /\b\d{8,10}:AA[\w-]{33}(?![\w-])/g],
	[
		'discord-bot-token',
		'Discord bot token',
		'.',
		/\b[MNO][A-Za-z\d]{23,27}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])/g,
		sure(isDiscord),
	],
	['discord-webhook', 'Discord webhook', '/api/webhooks/', /\/api\/webhooks\/(\d{17,20}\/[\w-]{60,70})/g],
	['jwt', 'JSON web token', 'eyJ', /\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{20,1000}/g, sure(isJwt), 'medium'],
	['digitalocean-token', 'DigitalOcean token', 'dop_v1_ doo_v1_ dor_v1_', /\bdo[opr]_v1_[0-9a-f]{64}\b/g],
	['heroku-key', 'Heroku key', 'HRKU-', /\bHRKU-[\w-]{36,70}/g],
	['shopify-token', 'Shopify token', 'shpat_ shpss_ shpca_ shppa_', /\bshp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}\b/g],
	['square-token', 'Square token', 'sq0atp- sq0csp-', /\bsq0(?:atp-[\w-]{22}|csp-[\w-]{43})(?![\w-])/g],
	['atlassian-token', 'Atlassian token', 'ATATT3', /\bATATT3[\w=-]{150,220}/g],
	['databricks-token', 'Databricks token', 'dapi', /\bdapi[0-9a-f]{32}(?:-\d)?\b/g],
	['vault-token', 'Vault token', 'hvs. hvb.', /\bhv[sb]\.[\w-]{24,300}/g, sure(isMixed)],
	[
		'age-key',
		'age key',
		'AGE-SECRET-KEY-1',
		/\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b/g,
		(it) => (isBech32(it) ? 'right' : 'unsure'),
	],
	['docker-token', 'Docker token', 'dckr_pat_', /\bdckr_pat_[\w-]{27}(?![\w-])/g],
	['grafana-token', 'Grafana token', 'glsa_', /\bglsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b/g],
	['linear-key', 'Linear key', 'lin_api_', /\blin_api_[A-Za-z0-9]{40}\b/g],
	['postman-key', 'Postman key', 'PMAK-', /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b/g],
	['newrelic-key', 'New Relic key', 'NRAK-', /\bNRAK-[A-Z0-9]{27}\b/g],
	['pulumi-token', 'Pulumi token', 'pul-', /\bpul-[0-9a-f]{40}\b/g],
	['terraform-token', 'Terraform token', '.atlasv1.', /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}/g],
	['planetscale-token', 'PlanetScale token', 'pscale_', /\bpscale_(?:tkn|pw|oauth)_[\w.-]{32,64}/g],
	['doppler-token', 'Doppler token', 'dp.', /\bdp\.(?:pt|st|ct|sa)\.[\w.-]{40,80}/g],
	['sentry-token', 'Sentry token', 'sntrys_', /\bsntrys_eyJ[A-Za-z0-9+/=_]{60,300}/g],
	['groq-key', 'Groq key', 'gsk_', /\bgsk_[A-Za-z0-9]{52}\b/g],
]

export const providers: readonly Provider[] = rows.map(([kind, label, marks, pattern, check, confidence]) => ({
	kind,
	label,
	marks: marks.split(' '),
	pattern,
	confidence: confidence ?? 'high',
	...(check ? { check } : {}),
}))
