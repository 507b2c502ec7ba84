import { describe, expect, test } from "vitest"
import { Refusal } from "./refusal.ts"
import { asDataRefusal, thrownWords } from "./thrown.ts"

class NoSuchDigit extends Error {
  override readonly name = "NoSuchDigit"
}

test.each([
  ["an error", new TypeError("x\nand its history"), "TypeError: x"],
  ["an error of a class of its own", new NoSuchDigit("11"), "NoSuchDigit: 11"],
  ["a text", "no", "thrown: no"],
  ["nothing", undefined, "thrown: undefined"],
  ["what has no words", Object.create(null), "thrown: something that cannot be told in words"],
])("%s that was thrown is told in a line", (_, thrown, words) => expect(thrownWords(thrown)).toBe(words))

describe("data that cannot be had", () => {
  test("are a refusal with the dataset's own words", () => {
    const refusal = asDataRefusal(new Error("Expected a readable image, but a.png is none.\nvips: …"))
    expect(refusal).toBeInstanceOf(Refusal)
    expect((refusal as Refusal).message).toBe(
      "The data cannot be had: Expected a readable image, but a.png is none.",
    )
    expect((asDataRefusal(new NoSuchDigit("11")) as Refusal).message).toBe(
      "The data cannot be had: NoSuchDigit: 11",
    )
  })

  test("are tried again where the system could not read just now, and what is refused already stays as it is", () => {
    const busy = Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" })
    const refusal = new Refusal("no")
    expect([asDataRefusal(busy), asDataRefusal(refusal)]).toEqual([busy, refusal])
  })
})
