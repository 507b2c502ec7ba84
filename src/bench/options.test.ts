import { expect, test } from "vitest"
import { median } from "./median.ts"
import { benchOptions } from "./options.ts"
import { findPython } from "./peers/findPython.ts"
import { workloads } from "./workloads/index.ts"

test("all workloads on onnx at one and two threads are the default", () => {
  const { workloads: chosen, engines, threads, peer } = benchOptions([])
  expect([chosen, engines, threads, peer]).toEqual([Object.keys(workloads), ["onnx"], [1, 2], undefined])
})

test("lists are split at commas", () => {
  const { workloads, threads } = benchOptions(["--workload", "dann-28,style-256", "--threads", "2,1"])
  expect([workloads, threads]).toEqual([
    ["dann-28", "style-256"],
    [2, 1],
  ])
})

test.each([
  [["--workload", "dcgan"], /out of dcgan-64, .* but got "dcgan"/],
  [["--threads", "0"], /whole number above 0 for --threads, but got "0"/],
  [["--rounds", "1.5"], /whole number above 0 for --rounds, but got "1.5"/],
  [["--peer", "jax"], /"torch" for --peer, but got "jax"/],
])("%j is refused with what was expected", (args, message) => {
  expect(() => benchOptions(args)).toThrow(message)
})

test("a Python without PyTorch is refused with how to give another", () => {
  expect(() => findPython("no-such-python")).toThrow(/"no-such-python" is not one .* Give one with --python/)
})

test("the median is the middle value, or the mean of the two in the middle", () => {
  expect([median([5]), median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([5, 2, 2.5])
})
