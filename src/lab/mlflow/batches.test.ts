import type { Json } from "@saddlepoint/core/contracts/json"
import fc from "fast-check"
import { expect, test } from "vitest"
import { legalBatches, type MetricPoint } from "./batches.ts"
import { legalKey, legalMetric, legalText, limits } from "./values.ts"

const time = 1_795_000_000_000
const aPoint = fc.record({
  key: fc.string({ unit: "binary", maxLength: 20 }),
  value: fc.double(),
  timestamp: fc.nat(1e6).map((more) => time + more),
  step: fc.nat(10_000),
})
const texts = (most: number) =>
  fc.dictionary(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constant("\u0001".repeat(most + 5)),
      fc.integer(),
      fc.boolean(),
    ),
    { maxKeys: 250 },
  )

test("any set of metrics, params and tags arrives whole, once, and in legal batches", () => {
  fc.assert(
    fc.property(
      fc.array(aPoint, { maxLength: 60 }),
      fc.integer({ min: 1, max: 60 }),
      texts(limits.param),
      texts(limits.tag),
      (some, times, params, tags) => {
        // Many distinct points cheaply: every copy moves the steps on.
        const metrics = Array.from({ length: times }, (_, i) =>
          some.map((point) => ({ ...point, step: point.step + i * 10_001 })),
        ).flat()
        const batches = legalBatches({ metrics, params, tags })
        for (const batch of batches) {
          expect(batch.metrics.length).toBeLessThanOrEqual(1000)
          expect(batch.params.length).toBeLessThanOrEqual(100)
          expect(batch.tags.length).toBeLessThanOrEqual(100)
          const entries = batch.metrics.length + batch.params.length + batch.tags.length
          expect(entries).toBeGreaterThan(0)
          expect(entries).toBeLessThanOrEqual(1000)
          expect(Buffer.byteLength(JSON.stringify({ run_id: "r".repeat(32), ...batch }))).toBeLessThan(
            1_000_000,
          )
        }
        const legal = (values: Readonly<Record<string, Json>>, most: number) =>
          Object.entries(values).map(([key, value]) => ({
            key: legalKey(key),
            value: legalText(value, most),
          }))
        expect(batches.flatMap((batch) => batch.params)).toEqual(legal(params, limits.param))
        expect(batches.flatMap((batch) => batch.tags)).toEqual(legal(tags, limits.tag))
        const expected = metrics.map((point) => ({
          ...point,
          key: legalKey(point.key),
          value: legalMetric(point.value),
        }))
        const arrived = batches.flatMap((batch) => batch.metrics).map((point) => JSON.stringify(point))
        expect(new Set(arrived).size).toBe(arrived.length)
        expect(arrived.length).toBe(
          new Set(expected.map((point) => JSON.stringify(Object.entries(point).sort()))).size,
        )
        expect(new Set(arrived)).toEqual(
          new Set(
            expected.map(({ key, value, timestamp, step }) =>
              JSON.stringify({ key, value, timestamp, step }),
            ),
          ),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test("a point that comes twice is sent once, also where only a database sees that both are the same", () => {
  const at = { key: "loss", timestamp: time, step: 3 }
  const points: MetricPoint[] = [
    { ...at, value: 0 },
    { ...at, value: -0 },
    { ...at, value: Number.POSITIVE_INFINITY },
    { ...at, value: Number.MAX_VALUE },
    { ...at, value: Number.NaN },
    { ...at, value: Number.NaN, timestamp: time + 0.7 },
    { ...at, value: 1 },
  ]
  expect(
    legalBatches({ metrics: points }).flatMap(({ metrics }) => metrics.map(({ value }) => value)),
  ).toEqual([0, "Infinity", "NaN", 1])
})

test("nothing gives no batch, and a time that is no number is refused before anything is sent", () => {
  expect(legalBatches({})).toEqual([])
  expect(() => legalBatches({ metrics: [{ key: "a", value: 1, timestamp: Number.NaN, step: 0 }] })).toThrow(
    RangeError,
  )
})
