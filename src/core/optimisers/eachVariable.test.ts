import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { eachVariable } from "./eachVariable.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const counting = eachVariable({
  slots: { seen: 0, scale: 2 },
  update: ({ value, gradient }, slots) => ({
    value: tf.sub(value, tf.mul(gradient, slots.scale!)),
    slots: { seen: tf.add(slots.seen!, 1) },
  }),
})

test("the state has a tensor for each variable and slot, of the variable's shape and with the slot's first value", () => {
  expect(counting.init({ "net/kernel": [2, 3], bias: [] })).toEqual({
    "net/kernel/seen": { shape: [2, 3] },
    "net/kernel/scale": { shape: [2, 3], fill: 2 },
    "bias/seen": { shape: [] },
    "bias/scale": { shape: [], fill: 2 },
  })
})

test("a rule sees its own slots, and slots that it does not return are left out", () => {
  tf.tidy(() => {
    const { values, state } = counting.update(
      { values: { a: tf.scalar(1), b: tf.scalar(1) }, gradients: { b: tf.scalar(0.25) } },
      { "a/seen": tf.scalar(9), "a/scale": tf.scalar(9), "b/seen": tf.scalar(4), "b/scale": tf.scalar(2) },
      { rate: tf.scalar(1), scalars: {} },
    )
    expect(Object.keys(values)).toEqual(["b"])
    expect(values.b!.dataSync()[0]).toBe(0.5)
    expect(Object.keys(state)).toEqual(["b/seen"])
    expect(state["b/seen"]!.dataSync()[0]).toBe(5)
  })
})
