/** Nothing that words are found in, or written by a tool for a tool. By the ends and names of files. */
const unread =
	/\.(png|jpe?g|gif|webp|avif|bmp|ico|icns|svg|tiff?|psd|docx?|xlsx?|pptx?|odt|zip|gz|tgz|bz2|xz|zst|7z|rar|tar|jar|war|class|o|a|so|dylib|dll|exe|bin|wasm|node|pyc|pyd|gguf|safetensors|onnx|pt|npy|npz|parquet|sqlite3?|db|mp[34]|m4a|wav|flac|ogg|avi|mov|mkv|webm|woff2?|ttf|otf|eot|map|snap|min\.m?js|min\.css|lock|vsix|dmg|iso|csv|tsv|jsonl|ndjson|log)$|(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|\.DS_Store)$/i

/** Whether a file may have something that a question is about, by its name. @param path with `/` */
export function isSearchable(path: string): boolean {
	return !unread.test(path)
}

/** No binary content, and not packed into few long lines by a tool. */
export function isReadableText(text: string): boolean {
	if (text.includes('\0')) return false
	let lines = 1
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
	return text.length / lines < 400
}
