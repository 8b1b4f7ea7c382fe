/** Signs of C++ that no header of C has, but for what it hides from a compiler of C. */
const signs =
	/^[ \t]*(?:class\s+\w|(?:inline\s+)?namespace\s+\w|template\s*<|(?:public|private|protected)\s*:|using\s+\w|enum\s+class\s|#[ \t]*include[ \t]*<(?:algorithm|array|atomic|c(?:stddef|stdint|stdio|stdlib|string)|chrono|deque|exception|filesystem|fstream|functional|iosfwd|iostream|istream|list|map|memory|mutex|optional|ostream|queue|set|sstream|stdexcept|string|string_view|thread|tuple|unordered_map|unordered_set|utility|variant|vector)>)|\bstd::\w/m

/** A file that ends with `.h` is of either language; what stands in it says of which. */
export function isCppHeader(path: string, text: string): boolean {
	return /\.h$/i.test(path) && signs.test(text)
}
