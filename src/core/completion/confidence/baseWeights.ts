/**
 * In the order of `featureNames`. Set by hand, from what holds for any model that knows its own mind: the likelier the line and its
 * first token, the likelier it is right; errors, unknown names and length count against it. The starter model is right too seldom to
 * fit weights to it; `npm run bench -- --only positions --fit` does that with a better one, and without `--fit` measures what they are worth.
 */
export const baseWeights: readonly number[] = [0.4, 2, 4, 1.5, 1, -1.5, -1, -0.5, -0.3, -0.5, 0, 0.2, 0, 1]
