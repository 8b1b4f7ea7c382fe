import { cleaned, maskOf, weakened } from './taint.ts'
import { onlyTaint, type Value } from './value.ts'

const harmlessTypes =
	/^(?:int|long|short|byte|double|float|boolean|bool|decimal|uint|ulong|(?:java\.lang\.|System\.)?(?:Integer|Long|Short|Byte|Double|Float|Boolean|BigDecimal|BigInteger|UUID|LocalDate|LocalDateTime|Instant|Guid|DateTime|DateTimeOffset|DateOnly))(?:\[\])?$/

const ofTexts = maskOf([
	'sql',
	'html',
	'path',
	'url',
	'redirect',
	'ldap',
	'xpath',
	'header',
	'log',
	'xml',
	'code',
	'template',
	'regex',
])

/** A number or date of a client can be wrong, but it holds no text that does harm; as an argument of a command it is less sure. */
export function asDeclared(value: Value, type: string | undefined): Value {
	return type !== undefined && harmlessTypes.test(type)
		? onlyTaint(value, cleaned(weakened(value.taint), ofTexts))
		: value
}
