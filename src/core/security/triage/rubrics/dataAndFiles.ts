import type { Rubric } from '../rubric.ts'

/** Files, formats, objects and memory. */
export const dataAndFileRubrics: readonly Rubric[] = [
	{
		name: 'Path traversal',
		cwe: [22, 23, 36, 73, 99, 59, 434, 552],
		lines: [
			'High risk: the data is a file name or part of a path, and can hold ../ or begin with /.',
			'High risk: names of entries of an archive are joined to the target folder and written (zip slip).',
			'join and resolve are no protection: they follow ../ and absolute paths.',
			'Safe: only the last part is kept (basename, filepath.Base, secure_filename) and joined to a constant folder.',
			'Safe: the data picks one of a few constant names, or is a number or UUID by conversion.',
			'Strong: the path is made absolute and real, and then must begin with the folder plus a separator, else it returns or throws.',
			'Strong: functions that keep to a root: send_from_directory, os.Root, safe_join.',
			'Weak: replace("../", ""): ....// passes; a check before decoding or normalising; checking the extension only.',
			'Weak: startsWith without a separator at the end: /data-other passes for /data.',
			'Not reached: the variable was overwritten with a constant, or the branch can never be taken.',
		],
	},
	{
		name: 'XML with external entities',
		cwe: [611, 776, 827],
		lines: [
			'High risk: XML from outside is parsed by a parser that resolves external entities or DTDs.',
			'Java parsers, libxml with NOENT, and old lxml and PHP do so by default or by option.',
			'Safe: DTDs are refused: disallow-doctype-decl true, XMLConstants.ACCESS_EXTERNAL_DTD "", DtdProcessing.Prohibit.',
			'Safe: defusedxml, resolve_entities=False, or a parser that never resolves entities (Go encoding/xml, most of npm).',
			'Settings must be on the same parser or factory, and before it parses.',
			'Weak: secure processing alone in Java; escaping the text; checking the content type.',
			'Weak: turning off external general entities but leaving DTDs and parameter entities on.',
		],
	},
	{
		name: 'Unsafe deserialization',
		cwe: [502],
		lines: [
			'High risk: data from outside goes to a format that makes any object: pickle, yaml.load, ObjectInputStream, unserialize, BinaryFormatter, Marshal.load.',
			'High risk: JSON libraries with type names turned on (enableDefaultTyping, TypeNameHandling.All).',
			'Safe: formats of data only: JSON.parse, json.loads, yaml.safe_load, protocol buffers into known types.',
			'Strong: a filter that allows only named classes, set before reading.',
			'Strong: a signature or MAC over the data that is checked before it is read, with a secret key.',
			'Weak: checks of the object after it was read; base64; encryption without a MAC.',
			'Weak: deny lists of classes.',
		],
	},
	{
		name: 'Prototype pollution',
		cwe: [1321, 471],
		lines: [
			'High risk: a key from outside selects an object, and a second key or a merge writes into it: o[a][b] = c.',
			'High risk: a recursive merge or a set-by-path function copies parsed JSON into an object.',
			'Safe: one level o[key] = value does not reach the prototype; o is then only its own property, except the key __proto__ with an object as value.',
			'Safe: the target is a Map, or was made with Object.create(null).',
			'Strong: keys __proto__, constructor and prototype are all refused on each level; hasOwnProperty is checked before descending.',
			'Strong: the key is one of an allowlist, or a number.',
			'Weak: refusing __proto__ only: constructor.prototype passes.',
			'Object spread and JSON.parse alone do not pollute; Object.assign onto a fresh object does not either.',
		],
	},
	{
		name: 'Mass assignment',
		cwe: [915, 1174],
		lines: [
			'High risk: all fields of a request become fields of a stored object: create(req.body), update(**data), Object.assign(user, body).',
			'It is harmful where the object has fields that users may not set: role, isAdmin, price, owner, password.',
			'Safe: named fields are picked one by one.',
			'Safe: a schema, form or DTO with only the allowed fields, that drops or refuses others (strict, whitelist, permit, fields).',
			'Strong: protected fields are set again from trusted data after the copy.',
			'Weak: a deny list of some fields; checking that the user is logged in.',
			'If the object is not stored or has only harmless fields: safe.',
		],
	},
	{
		name: 'Memory out of bounds or overflow',
		cwe: [119, 120, 121, 122, 125, 129, 131, 190, 787, 788, 789, 770, 191, 805, 242],
		lines: [
			'High risk: data of unknown length is copied into a buffer of fixed size: strcpy, strcat, sprintf, gets, scanf("%s").',
			'High risk: a length or index from outside is used without comparing it with the size of the buffer.',
			'High risk: a size from outside is multiplied or added before an allocation, and can overflow.',
			'Safe: the length is checked against the size of the destination before, and it returns otherwise; 0 and negative values as well.',
			'Safe: snprintf, strlcpy, fgets with the size of the destination; std::string.',
			'strncpy and memcpy are safe only if the given length is at most the size of the destination.',
			'Weak: a check with the size of the source; a check with <= where < is needed; a signed comparison of an unsigned value.',
			'sizeof of a pointer is not the size of the buffer.',
			'For allocations by a size from outside: safe if there is an upper limit.',
		],
	},
]
