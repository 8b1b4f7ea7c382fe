/** Files that are likely to hold keys and passwords, by their names. */
const secretName =
	/^(\.env(\..*)?|.*\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg)|id_(rsa|dsa|ecdsa|ed25519)(\..*)?|\.netrc|\.npmrc|\.pypirc|\.htpasswd|.*credentials?(\.\w+)?|.*secrets?(\.(json|ya?ml|toml|ini|env|txt))?)$/i
const neverRead =
	/(^|\/)(node_modules|bower_components|\.git|\.hg|\.svn|\.venv|venv|__pycache__|\.tox|\.mypy_cache|\.gradle|\.idea|\.vs|target\/(debug|release))(\/|$)|\.min\.(js|css)$/

/** Whether a file is never shown to a model as context, nor read for it. @param path with `/` */
export function isExcluded(path: string): boolean {
	return neverRead.test(path) || looksSecret(path)
}

/** Whether a file is likely to hold keys and passwords, by its name. @param path with `/` */
export function looksSecret(path: string): boolean {
	return secretName.test(path.slice(path.lastIndexOf('/') + 1))
}
