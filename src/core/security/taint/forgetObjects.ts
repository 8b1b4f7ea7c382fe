import type { Cell, Store } from './store.ts'
import type { Value } from './value.ts'

/**
 * Objects that a call made and that nothing leads to any more go, so that they are not copied and joined from layer to layer.
 * @param newest the number that the first object of the call has; later ones have lower numbers
 * @param values what the call gives
 */
export function forgetObjects(store: Store, newest: number, values: readonly Value[]): void {
	const { cells, parent } = store
	const made = new Set<number>()
	for (const key of cells.keys()) {
		// What a file that was imported meanwhile made is not this call's.
		if (typeof key === 'number' && key <= newest && parent?.find(key) === undefined) made.add(key)
	}
	if (made.size === 0) return
	const waiting: number[] = []
	const reach = (id: number): void => {
		if (made.delete(id)) waiting.push(id)
	}
	const visit = (value: Value): void => {
		for (const id of value.objects) reach(id)
		for (const it of value.functions) {
			if ('native' in it) reach(it.object)
			else if (it.self) visit(it.self)
		}
	}
	const visitCell = (cell: Cell): void => {
		if (typeof cell === 'number') return
		if (!('fields' in cell)) {
			visit(cell)
			return
		}
		visit(cell.other)
		visit(cell.keys)
		for (const field of cell.fields.values()) visit(field)
	}
	const roots: Cell[] = []
	for (const [key, cell] of cells) if (typeof key === 'number' && !made.has(key)) roots.push(cell)
	for (const value of values) visit(value)
	for (const cell of roots) visitCell(cell)
	for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
		const cell = cells.get(id)
		if (cell !== undefined) visitCell(cell)
	}
	for (const id of made) cells.delete(id)
}
