import { escapeHtml } from '../shared/escapeHtml.ts'
export interface WebviewPage {
	/** Addresses of a script and a style of dist/webview, as the webview may load them. */
	readonly script: string
	readonly style: string
	/** `webview.cspSource`. */
	readonly cspSource: string
	/** Random, new for every page; of letters and digits. */
	readonly nonce: string
	/** Such as `de`. */
	readonly language: string
	/** What the page reads of the page itself, as JSON. */
	readonly texts: object
}

/** The toolkit makes a style element without text, to see what the browser can do: this is the hash of no text. */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"

/**
 * The page of a view. It may run the one script and nothing else: no `eval`, no handler in an attribute, no image,
 * no frame, no form, no connection.
 */
export function webviewPage({ script, style, cspSource, nonce, language, texts }: WebviewPage): string {
	const policy = [
		"default-src 'none'",
		`script-src 'nonce-${nonce}'`,
		`style-src ${cspSource} ${emptyStyle}`,
		"base-uri 'none'",
		"form-action 'none'",
	].join('; ')
	return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Alcove</title>
<link rel="stylesheet" href="${escapeHtml(style)}">
</head>
<body data-texts="${escapeHtml(JSON.stringify(texts))}">
<div id="app"></div>
<script nonce="${escapeHtml(nonce)}" src="${escapeHtml(script)}"></script>
</body>
</html>
`
}
