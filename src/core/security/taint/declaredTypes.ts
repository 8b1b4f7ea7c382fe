import type { Parameter } from '../ir/ir.ts'
import { nestsClasses } from './languages/enclosing.ts'
import type { Machine } from './machine.ts'
import { allKinds, cleaned, maskOf, weakened } from './taint.ts'
import { onlyTaint, unknown, type Value } from './value.ts'

const javaTypes = [
	'(?:java\\.lang\\.)?(?:Integer|Long|Short|Byte|Double|Float|Boolean)',
	'(?:java\\.math\\.)?(?:BigDecimal|BigInteger)',
	'(?:java\\.util\\.)?(?:UUID|Date|Currency)',
	'(?:java\\.time\\.)?(?:LocalDate|LocalTime|LocalDateTime|OffsetDateTime|ZonedDateTime|Instant|Duration|Period|Year|YearMonth|DayOfWeek|Month)',
]
const csharpTypes = [
	'decimal|uint|ulong|ushort|sbyte|nint|nuint',
	'(?:System\\.)?(?:Int(?:16|32|64|Ptr)|UInt(?:16|32|64)|Single|Decimal|Guid|DateTime|DateTimeOffset|DateOnly|TimeOnly|TimeSpan)',
]
const goTypes = [
	'u?int(?:8|16|32|64)|uintptr|float(?:32|64)|complex(?:64|128)|byte|rune',
	'time\\.(?:Time|Duration|Month|Weekday)|uuid\\.(?:UUID|NullUUID)|sql\\.Null(?:Int16|Int32|Int64|Float64|Bool|Time)|netip\\.(?:Addr|Prefix)',
]

/** What FastAPI, pydantic and their like make of a request, or refuse it. */
const pythonTypes = [
	'(?:datetime\\.)?(?:date|datetime|time|timedelta)|(?:uuid\\.)?UUID[1-8]?|(?:ipaddress\\.)?IPv[46](?:Address|Network)',
	'(?:pydantic\\.)?(?:Positive|Negative|NonNegative|NonPositive|Strict|Finite)(?:Int|Float|Bool)|(?:pydantic\\.)?(?:Past|Future)(?:Date|Datetime)',
]

/** Lists of them too, but for bytes and characters: these make a text. */
const harmlessTypes = new RegExp(
	`^(?:byte|rune|(?:int|long|short|double|float|boolean|bool|${[...javaTypes, ...csharpTypes, ...goTypes, ...pythonTypes].join('|')})\\??(?:\\[\\])?)$`,
)
const textBytes = /^(?:[Bb]yte|java\.lang\.Byte|sbyte|u?int8|rune)\??\[\]$/

/** A command takes numbers as well: one that somebody else chooses is found there, and less sure. */
export const ofNumbers = maskOf([
	'sql',
	'nosql',
	'html',
	'path',
	'url',
	'redirect',
	'ldap',
	'dn',
	'xpath',
	'header',
	'log',
	'xml',
	'code',
	'template',
	'regex',
	'format',
	'reflection',
])

/** What a number of C# is no danger for: it is no text, and no argument that begins with a dash. */
const ofTexts = ofNumbers | maskOf(['command', 'option'])

const textTypes = /^(?:str|(?:pydantic\.)?(?:EmailStr|StrictStr|SecretStr|constr|HttpUrl|AnyUrl|AnyHttpUrl))$/

/** A number, a date or one of an enumeration can be wrong, but it holds no text that does harm. */
export function asDeclared(machine: Machine, value: Value, type: string | undefined): Value {
	// A text is no map, and so no operator of a query: where a framework looks at what is declared, it lets nothing else through.
	if (machine.language === 'python' && type !== undefined && textTypes.test(type)) return asDecodedText(value)
	const kinds = type === undefined || value.taint.length === 0 ? 0 : harmlessFor(machine, type)
	return kinds === 0 ? value : onlyTaint(value, cleaned(weakened(value.taint), kinds))
}

const containers =
	/(?:^|[.\s])(?:I?(?:List|Set|Collection|Enumerable)|IReadOnly(?:List|Collection)|Iterable|Optional|ArrayList|HashSet|Stream)\s*<\s*([\w.]+)\s*>\s*$/
/** `ids: list[int]`, `id: int | None` (Python). */
const ofItems =
	/^\w+\s*:\s*(?:(?:\w+\.)?Annotated\[\s*)?(?:(?:typing\.)?(?:[Ll]ist|[Ss]et|[Tt]uple|Sequence|Iterable|Optional|[Ff]rozen[Ss]et)\[\s*([\w.]+)\s*(?:,\s*\.{3}\s*)?\]|([\w.]+)\s*\|\s*None)/

/** As `asDeclared`, of a parameter whose type may be a list of what does no harm: `List<Long> ids`, `ids: list[int]`. */
export function asParameter(machine: Machine, value: Value, { type, start, end, target }: Parameter): Value {
	if (value.taint.length === 0) return value
	const { language, unit } = machine
	const before = nestsClasses(language) ? unit.text.slice(start, target.start) : ''
	const [, item] = before.includes('<') ? (containers.exec(before) ?? []) : []
	const [, inner, optional] = language === 'python' ? (ofItems.exec(unit.text.slice(start, end)) ?? []) : []
	return asDeclared(machine, value, item ?? inner ?? optional ?? type)
}

/** A bit for each kind of sink. */
function harmlessFor(machine: Machine, type: string): number {
	if (harmlessTypes.test(type)) return textBytes.test(type) ? 0 : machine.language === 'csharp' ? ofTexts : ofNumbers
	return isEnum(machine, type) ? allKinds : 0
}

function isEnum(machine: Machine, type: string): boolean {
	if (!nestsClasses(machine.language) || !/(?:^|\.)\p{Lu}[\w$]*\??$/u.test(type)) return false
	const { objects } = machine.parts.withType(machine, unknown, type.replace('?', ''))
	return objects.length > 0 && objects.every((id) => machine.store.object(id)?.class?.class.form === 'enum')
}

/** What is read of an object whose data somebody else made, by the types that its class declares. */
export function asField(machine: Machine, object: Value, name: string, value: Value): Value {
	if (value.taint.length === 0) return value
	const types = new Set<string | undefined>()
	for (const id of object.objects) {
		const of = machine.store.object(id)?.class
		types.add(of?.class.fields.find((it) => it.name === name)?.type)
	}
	const [type] = types
	if (types.size !== 1) return value
	return type === 'string' && machine.language === 'go' ? asDecodedText(value) : asDeclared(machine, value, type)
}

/** What a decoder writes into a field that holds a text is no map, and so no operator of a query. */
export function asDecodedText(value: Value): Value {
	return onlyTaint(value, cleaned(value.taint, maskOf(['nosql'])))
}

/** One field of what was bound to a struct: whoever takes it says which one it is, and lets nobody choose others (Go). */
export function asOneField(value: Value): Value {
	return onlyTaint(value, cleaned(value.taint, maskOf(['mass'])))
}

/** Whether a field is declared as a text, or it is not known as what. */
export function isTextField(machine: Machine, { objects }: Value, name: string): boolean {
	return objects.every((id) => {
		const type = machine.store.object(id)?.class?.class.fields.find((it) => it.name === name)?.type
		return type === undefined || type === 'string'
	})
}
