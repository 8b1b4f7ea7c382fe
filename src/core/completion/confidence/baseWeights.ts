/** In the order of `featureNames`. Fitted by `npm run bench -- --only positions --fit`. */
export const baseWeights: readonly number[] = [0.4, 4, 1.5, 1, -1.5, -1, -0.5, -0.3, -0.5, 0, 0.2, 0, 1]
