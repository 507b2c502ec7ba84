/**
 * Rosenbrock's function in several dimensions and its gradient (Rosenbrock 1960): a bent, narrow valley with its floor at (1, ..., 1).
 * `sum 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2`.
 */
export function rosenbrock(x: ArrayLike<number>): { loss: number; gradient: Float64Array } {
  const gradient = new Float64Array(x.length)
  let loss = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const [off, left] = [x[i + 1]! - x[i]! ** 2, 1 - x[i]!]
    loss += 100 * off ** 2 + left ** 2
    gradient[i]! += -400 * off * x[i]! - 2 * left
    gradient[i + 1]! += 200 * off
  }
  return { loss, gradient }
}
