/** A linear classifier of two classes. */
export interface LinearClassifier {
  /** float64 `[size]` */
  readonly weights: Float64Array
  readonly intercept: number
}

const mostSteps = 100

/**
 * Logistic regression to convergence: the minimum of `|w|^2 / 2 + c sum log(1 + exp(-s (w . x + b)))`, s = 1 for
 * label 1 and -1 for label 0, intercept free (scikit-learn's convention of C), by Newton's method with halved steps.
 * The minimum is unique, so nothing is random. Takes `O(rows size^2 + size^3)` a step: meant for up to some hundred
 * features.
 *
 * @param x `[rows, size]`, row-major
 * @param labels `[rows]`, 0 or 1, both present
 * @throws one sentence when a class is absent, or features are not finite
 */
export function logisticRegression(
  x: ArrayLike<number>,
  labels: ArrayLike<number>,
  size: number,
  c: number,
): LinearClassifier {
  const rows = labels.length
  const ones = Array.from(labels).filter((label) => label === 1).length
  if (ones === 0 || ones === rows) {
    throw new RangeError(
      `Expected rows of both classes for a logistic regression, but got ${ones} of class 1 among ${rows}; use a larger training part.`,
    )
  }
  let parameters = new Float64Array(size + 1) // the intercept is the last
  let current = objective(x, labels, size, c, parameters)
  for (let step = 0; step < mostSteps; step++) {
    const { gradient, hessian } = derivatives(x, labels, size, c, parameters)
    const direction = solved(hessian, gradient, size + 1)
    const decrease = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0)
    // Half of it is how far Newton's model lies above its minimum.
    if (decrease <= 1e-20 * (1 + current)) return classifier(parameters, size)
    let length = 1
    let next = parameters
    let lower = Number.POSITIVE_INFINITY
    while (length > 1e-10) {
      next = parameters.map((value, i) => value - length * direction[i]!)
      lower = objective(x, labels, size, c, next)
      if (lower <= current - 1e-4 * length * decrease) break
      length /= 2
    }
    // Rounding hides what is left to gain: take the last whole step, which is the most exact one.
    if (!(lower < current))
      return classifier(
        parameters.map((value, i) => value - direction[i]!),
        size,
      )
    parameters = next
    current = lower
  }
  throw new Error(
    `Expected the logistic regression to converge in ${mostSteps} Newton steps, but it did not; standardise the features.`,
  )
}

/** What `logisticRegression` minimises, at a classifier, with its gradient: float64 `[size + 1]`, the intercept's last. */
export function logisticLoss(
  x: ArrayLike<number>,
  labels: ArrayLike<number>,
  { weights, intercept }: LinearClassifier,
  c: number,
): { readonly loss: number; readonly gradient: Float64Array } {
  const parameters = Float64Array.of(...weights, intercept)
  return {
    loss: objective(x, labels, weights.length, c, parameters),
    gradient: derivatives(x, labels, weights.length, c, parameters).gradient,
  }
}

/** `w . x + b` of every row; above 0 means class 1. */
export function decisions({ weights, intercept }: LinearClassifier, x: ArrayLike<number>): Float64Array {
  const size = weights.length
  return Float64Array.from({ length: x.length / size }, (_, row) => {
    let sum = intercept
    for (let k = 0; k < size; k++) sum += weights[k]! * x[row * size + k]!
    return sum
  })
}

function classifier(parameters: Float64Array, size: number): LinearClassifier {
  return { weights: parameters.slice(0, size), intercept: parameters[size]! }
}

function objective(
  x: ArrayLike<number>,
  labels: ArrayLike<number>,
  size: number,
  c: number,
  parameters: Float64Array,
): number {
  const linear = classifier(parameters, size)
  let loss = 0
  decisions(linear, x).forEach((value, row) => {
    const margin = labels[row] === 1 ? value : -value
    loss += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)))
  })
  return linear.weights.reduce((sum, weight) => sum + weight * weight, 0) / 2 + c * loss
}

function derivatives(
  x: ArrayLike<number>,
  labels: ArrayLike<number>,
  size: number,
  c: number,
  parameters: Float64Array,
): { readonly gradient: Float64Array; readonly hessian: Float64Array } {
  const linear = classifier(parameters, size)
  const width = size + 1
  const gradient = new Float64Array(width)
  const hessian = new Float64Array(width * width)
  for (let i = 0; i < size; i++) {
    gradient[i] = linear.weights[i]!
    hessian[i * width + i] = 1
  }
  const values = decisions(linear, x)
  for (let row = 0; row < values.length; row++) {
    const probability = 1 / (1 + Math.exp(-values[row]!))
    const slope = c * (probability - (labels[row] === 1 ? 1 : 0))
    const curvature = c * probability * (1 - probability)
    for (let i = 0; i < width; i++) {
      const own = i === size ? 1 : x[row * size + i]!
      gradient[i]! += slope * own
      const scaled = curvature * own
      // The lower triangle is all that the factor reads.
      for (let j = 0; j <= i; j++) hessian[i * width + j]! += scaled * (j === size ? 1 : x[row * size + j]!)
    }
  }
  return { gradient, hessian }
}

/** `hessian^-1 gradient` by Cholesky; the factor takes the place of the lower triangle. */
function solved(hessian: Float64Array, gradient: Float64Array, width: number): Float64Array {
  const lower = hessian
  for (let row = 0; row < width; row++) {
    for (let column = 0; column <= row; column++) {
      let value = lower[row * width + column]!
      for (let k = 0; k < column; k++) value -= lower[row * width + k]! * lower[column * width + k]!
      if (row === column && !(value > 0)) {
        throw new RangeError(
          "Expected finite features of moderate size for a logistic regression, but its equations are singular; standardise the features.",
        )
      }
      lower[row * width + column] =
        row === column ? Math.sqrt(value) : value / lower[column * width + column]!
    }
  }
  const solution = Float64Array.from(gradient)
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) solution[i]! -= lower[i * width + j]! * solution[j]!
    solution[i]! /= lower[i * width + i]!
  }
  for (let i = width - 1; i >= 0; i--) {
    for (let j = i + 1; j < width; j++) solution[i]! -= lower[j * width + i]! * solution[j]!
    solution[i]! /= lower[i * width + i]!
  }
  return solution
}
