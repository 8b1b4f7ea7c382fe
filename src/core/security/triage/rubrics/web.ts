import type { Rubric } from '../rubric.ts'

/** What browsers are made to do, and where servers are sent. */
export const webRubrics: readonly Rubric[] = [
	{
		name: 'Cross-site scripting',
		cwe: [79, 80, 83, 116],
		lines: [
			'High risk: the data becomes part of HTML without escaping: send or write of HTML, innerHTML, document.write, dangerouslySetInnerHTML, |safe, mark_safe, v-html.',
			'High risk: the data is in a script, an event attribute, or a URL attribute where javascript: is possible.',
			'Safe: the template engine escapes by itself and nothing turns it off for this value.',
			'Safe: textContent, text nodes, or values in JSX braces.',
			'Safe: the response is JSON or text/plain and says so in its content type.',
			'Strong: an HTML escape function around the value, in an element or a quoted attribute; a sanitizer such as DOMPurify for HTML.',
			'Strong: the data is a number, or one of a few constants.',
			'Weak: removing <script> by a pattern, replacing only the first match, escaping < only inside an attribute.',
			'Weak: URL encoding undone later; escaping for SQL.',
			'HTML escaping does not help inside a script or an unquoted attribute.',
		],
	},
	{
		name: 'Open redirect',
		cwe: [601],
		lines: [
			'High risk: the data is the whole address, or its beginning, that a browser is sent to.',
			'High risk: a check that the address only contains or starts with the own host name: evil.com/own.com and own.com.evil.com pass.',
			'High risk: a check for a leading / alone: //evil.com and /\\evil.com pass.',
			'Safe: the data comes after a constant scheme, host and /.',
			'Safe: the data picks one of a few constant addresses, or a route by name.',
			'Strong: the address is parsed and its host compared for equality with allowed hosts; url_has_allowed_host_and_scheme.',
			'Strong: a check that it begins with / and that the next character is neither / nor \\.',
			'Weak: replacing http, escaping for HTML, a pattern without anchors.',
		],
	},
	{
		name: 'Server-side request forgery',
		cwe: [918],
		lines: [
			'High risk: the data decides scheme, host or port of a request that the server makes.',
			'Risky: the data is in the path of a request to an internal service and can hold ../ or another query.',
			'Safe: scheme and host are constant and the data is an encoded part of path or query.',
			'Strong: the address is parsed and the host compared for equality with an allowlist; then used as parsed.',
			'Strong: the data picks one of a few constant addresses, or is a number.',
			'Weak: contains or startsWith on the text of the address: user@host, own.com.evil.com and encodings pass.',
			'Weak: deny lists of localhost or private addresses: names that resolve to them and redirects pass.',
			'Weak: checking only the scheme.',
		],
	},
	{
		name: 'Header injection',
		cwe: [113, 93, 444, 644],
		lines: [
			'High risk: data with line breaks gets into a raw header, a raw response, or a mail header.',
			'Most current web frameworks refuse line breaks in header values: then only the meaning of the header counts.',
			'Risky whatever the framework: the data decides the name of the header, or a value such as Access-Control-Allow-Origin.',
			'Strong: line breaks are removed or refused, both \\r and \\n.',
			'Strong: the value is encoded for URLs, a number, or one of a few constants.',
			'Weak: removing only one of \\r and \\n; trimming the ends.',
		],
	},
	{
		name: 'Log injection',
		cwe: [117, 532],
		lines: [
			'High risk: data with line breaks gets into a log that is lines of text: it forges entries.',
			'For secrets in logs: it is vulnerable if the value itself is written, and safe if only its length, hash or a mask is.',
			'Safe: structured logs (JSON, fields), which escape line breaks.',
			'Safe: the data is quoted or escaped: %q, repr, JSON.stringify, encodeURIComponent.',
			'Strong: both \\r and \\n are removed, all of them.',
			'Strong: the data is a number, or one of a few constants.',
			'Weak: replacing only the first line break, trimming the ends.',
		],
	},
]
