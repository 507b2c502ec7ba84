import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { matrixProduct, type Reals } from "./matrixProduct.ts"
import { stream } from "./random.ts"

const kinds = [
  ["float64", Float64Array, 2 ** -52],
  ["float32", Float32Array, 2 ** -23],
] as const

/** `[rows, columns]` normal numbers. */
function normal<T extends Reals>(
  kind: { from(values: Iterable<number>): T },
  count: number,
  ...key: (string | number)[]
): T {
  const source = stream("matrix product test", ...key)
  return kind.from(Array.from({ length: count }, () => source.normal()))
}

function transposed<T extends Reals>(matrix: T, rows: number, columns: number): T {
  return matrix.map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)]!) as T
}

/** Below and above the number of multiplications from which ONNX Runtime computes. */
const sizes = fc.oneof(
  fc.record({
    rows: fc.integer({ min: 1, max: 9 }),
    inner: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    rows: fc.integer({ min: 28, max: 40 }),
    inner: fc.integer({ min: 28, max: 70 }),
    columns: fc.integer({ min: 28, max: 40 }),
  }),
  fc.record({ rows: fc.constant(1), inner: fc.constant(150), columns: fc.constant(150) }),
  fc.record({ rows: fc.constant(150), inner: fc.constant(1), columns: fc.constant(150) }),
)

describe.each(kinds)("a product of matrices in %s", (_name, kind, unit) => {
  test("is every sum of products, for every form of its factors, to the rounding of its precision", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        sizes,
        fc.boolean(),
        fc.boolean(),
        (seed, { rows, inner, columns }, transposeA, transposeB) => {
          const a = normal<Reals>(kind, rows * inner, seed, "a")
          const b = normal<Reals>(kind, inner * columns, seed, "b")
          const product = matrixProduct(
            transposeA ? transposed(a, rows, inner) : a,
            transposeB ? transposed(b, inner, columns) : b,
            { rows, inner, columns, transposeA, transposeB },
          )
          expect(product).toBeInstanceOf(kind)
          expect(product).toHaveLength(rows * columns)
          let wrong = 0
          for (let row = 0; row < rows; row++) {
            for (let column = 0; column < columns; column++) {
              let [sum, sizeOfSum] = [0, 0]
              for (let k = 0; k < inner; k++) {
                const term = a[row * inner + k]! * b[k * columns + column]!
                sum += term
                sizeOfSum += Math.abs(term)
              }
              // Higham 2002, section 3.1: any order of summation errs by at most inner units of the absolute terms.
              if (!(Math.abs(product[row * columns + column]! - sum) <= (inner + 1) * unit * sizeOfSum))
                wrong++
            }
          }
          expect(wrong).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  test("is the same every time, and leaves its factors alone", () => {
    for (const size of [5, 64]) {
      const [a, b] = [
        normal<Reals>(kind, size * size, size, "a"),
        normal<Reals>(kind, size * size, size, "b"),
      ]
      const copies = [a.slice(), b.slice()]
      const form = { rows: size, inner: size, columns: size }
      const product = matrixProduct(a, b, form)
      const copy = product.slice()
      expect(matrixProduct(a, b, form)).toEqual(copy)
      matrixProduct(b, a, form)
      expect(product).toEqual(copy)
      expect([a, b]).toEqual(copies)
    }
  })

  test("takes parts of larger arrays as factors", () => {
    for (const size of [3, 40]) {
      const whole = normal<Reals>(kind, 2 * size * size + 1, size)
      const [a, b] = [whole.subarray(1, 1 + size * size), whole.subarray(1 + size * size)]
      const form = { rows: size, inner: size, columns: size }
      expect(matrixProduct(a, b, form)).toEqual(matrixProduct(a.slice(), b.slice(), form))
    }
  })

  test("of no rows is empty, and over no terms zero", () => {
    const none = kind.from([]) as Reals
    expect(matrixProduct(none, normal<Reals>(kind, 6, 0), { rows: 0, inner: 2, columns: 3 })).toHaveLength(0)
    expect([...matrixProduct(none, none, { rows: 2, inner: 0, columns: 2 })]).toEqual([0, 0, 0, 0])
  })

  test("of arrays that do not have the sizes of the form is refused in one sentence", () => {
    const [four, six] = [normal<Reals>(kind, 4, 0), normal<Reals>(kind, 6, 0)]
    expect(() => matrixProduct(four, six, { rows: 2, inner: 3, columns: 2 })).toThrow(
      "Expected 2 x 3 and 3 x 2 numbers for a matrix product, but got 4 and 6.",
    )
  })
})

test("float32 sums of small products are taken in float64, and then rounded once", () => {
  // 1e8 + 1 - 1e8: float32 alone would lose the 1.
  const product = matrixProduct(Float32Array.of(1e4, 1, -1e4), Float32Array.of(1e4, 1, 1e4), {
    rows: 1,
    inner: 3,
    columns: 1,
  })
  expect([...product]).toEqual([1])
})
