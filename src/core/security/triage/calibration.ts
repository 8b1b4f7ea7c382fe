/**
 * How a model's own probability that a finding is safe relates to how often it is right, measured on labelled code
 * (`npm run bench -- --only triage` prints these numbers). Holds for the model that it was measured with only.
 */
export interface Calibration {
	/** The name of the model as its file has it. */
	readonly model: string
	readonly cwe: number
	/** The log-odds are multiplied by this, and the shift is added. */
	readonly scale: number
	readonly shift: number
	/** A finding is dismissed from this probability on: at most 2 % of the true ones had more. */
	readonly dismissFrom: number
}

/** Nothing has been measured with a model that is of use. */
export const measuredCalibrations: readonly Calibration[] = []

/** Cautious, where nothing was measured: the probability as it is, and nearly sure. */
const unmeasured = { scale: 1, shift: 0, dismissFrom: 0.95 } as const

export type CalibrationTerms = Pick<Calibration, 'scale' | 'shift' | 'dismissFrom'>

export function calibrationFor(
	model: string,
	cwe: readonly number[],
	calibrations: readonly Calibration[],
): CalibrationTerms {
	return calibrations.find((it) => it.model === model && cwe.includes(it.cwe)) ?? unmeasured
}

/** @param probability from 0 to 1, as the result */
export function calibrated(probability: number, { scale, shift }: CalibrationTerms): number {
	if (scale === 1 && shift === 0) return probability
	const certain = Math.min(Math.max(probability, 1e-6), 1 - 1e-6)
	return 1 / (1 + Math.exp(-(scale * Math.log(certain / (1 - certain)) + shift)))
}
