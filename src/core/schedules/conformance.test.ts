import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { decodePlugin } from "../declare/decode/decodePlugin.ts"
import { build } from "../declare/decode/resolve.ts"
import { pluginMap } from "../declare/definition.ts"
import { schedules } from "./catalogue.ts"

/** What every schedule must do. A new one in the catalogue is tested here without a line, under each of its `examples`. */
const plugins = pluginMap(schedules)

const cases = schedules.flatMap(({ name, examples = [{}] }) =>
  examples.map((options) => {
    const mistakes: never[] = []
    const spec = decodePlugin({ use: name, ...(options as object) }, "schedule", [], { plugins, mistakes })
    expect(mistakes).toEqual([])
    return {
      title: `${name} ${JSON.stringify(options)}`,
      json: JSON.stringify(spec),
      make: () => build("schedule", spec!, plugins),
    }
  }),
)

const stage = fc
  .integer({ min: 1, max: 10_000 })
  .chain((steps) => fc.record({ steps: fc.constant(steps), step: fc.integer({ min: 0, max: steps - 1 }) }))

const told = (json: string) => ({
  inSteps: /"steps":(?!0\b)/.test(json),
  inShares: /"share":|"from":/.test(json),
  inJumps: /"piecewiseConstant"|"staircase":true|"restart"/.test(json),
})

describe.each(cases)("$title", ({ json, make }) => {
  const schedule = make()

  test("is finite at every step of every stage", () => {
    fc.assert(fc.property(stage, ({ step, steps }) => Number.isFinite(schedule(step, step / steps))))
  })

  test("remembers nothing: the same moment gives the same value, whatever was asked in between", () => {
    fc.assert(
      fc.property(stage, stage, (one, other) => {
        const value = schedule(one.step, one.step / one.steps)
        schedule(other.step, other.step / other.steps)
        expect(schedule(one.step, one.step / one.steps)).toBe(value)
        expect(make()(one.step, one.step / one.steps)).toBe(value)
      }),
    )
  })

  test.skipIf(told(json).inSteps)(
    "told in shares, it does not depend on how many steps the stage has",
    () => {
      fc.assert(
        fc.property(stage, fc.integer({ min: 2, max: 50 }), ({ step, steps }, factor) => {
          expect(schedule(factor * step, step / steps)).toBe(schedule(step, step / steps))
        }),
      )
    },
  )

  test.skipIf(!told(json).inSteps || told(json).inShares)(
    "told in steps, it does not depend on how long the stage is",
    () => {
      fc.assert(
        fc.property(stage, fc.integer({ min: 2, max: 50 }), ({ step, steps }, factor) => {
          expect(schedule(step, step / (factor * steps))).toBe(schedule(step, step / steps))
        }),
      )
    },
  )

  test.skipIf(told(json).inJumps)("does not jump", () => {
    // A stage of 100 steps, looked at 1000 times in each: the steepest here are those that change by 1 within 10 steps.
    const at = (moment: number) => schedule(moment / 1000, moment / 100_000)
    for (let moment = 1; moment < 100_000; moment++) {
      if (Math.abs(at(moment) - at(moment - 1)) < 1e-3) continue
      expect.unreachable(`it jumps from ${at(moment - 1)} to ${at(moment)} at step ${moment / 1000} of 100`)
    }
  })
})
