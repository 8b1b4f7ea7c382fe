import type { Expression } from '../../ir/ir.ts'

/** Of `&x` and of `(T *) &x` the x; what is no address is itself. */
export function addressed(written: Expression): Expression {
	let at = written
	for (;;) {
		const [first] = at.kind === 'call' ? at.arguments : []
		if (at.kind === 'cast') at = at.value
		else if (at.kind === 'call' && at.callee.kind === 'name' && at.callee.name === '@pointer' && first) at = first.value
		else break
	}
	return at.kind === 'unary' && at.operator === '&' ? at.operand : written
}
