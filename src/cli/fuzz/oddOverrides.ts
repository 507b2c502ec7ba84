import type { Json } from "@saddlepoint/core/contracts/json"
import type { Stream } from "@saddlepoint/engine/random"
import { oneOf } from "./mutateBytes.ts"
import { inJson, oddTexts, oddValue, pathsIn } from "./mutateJson.ts"

const paths = [
  "",
  ".",
  "..",
  "a..b",
  "=",
  "==",
  "seeds",
  "budget",
  "budget.steps",
  "arms",
  "metrics.0",
  "metrics.99999999999",
  "metrics.-1",
  "compare.0.metric",
  "compare.metric",
  "name",
  "profiles",
  "phase",
  "__proto__.polluted",
  "constructor.prototype.polluted",
  "arms.__proto__.use",
  "arms.gan.toString",
  "seeds.0",
  "question.length",
  ".".repeat(5000),
]

const values = [
  "",
  "null",
  "true",
  "[]",
  "{}",
  "1e999",
  "-",
  "01",
  "NaN",
  "1e308",
  "[1,1]",
  "[1",
  '{"use":',
  '"',
  "'x'",
  "undefined",
  "0x10",
  "10000",
  '{"axis":[1,2,3]}',
  "[[[[",
  "\n",
  "\u0000",
  "a=b=c",
  "9".repeat(400),
]

/** One to three texts as `--set` may be given, mostly of places that there are. */
export function oddOverrides(
  json: Json,
  draw: Stream,
): { readonly overrides: readonly string[]; readonly kind: string } {
  const kinds: string[] = []
  const overrides = Array.from({ length: 1 + draw.integer(3) }, () => {
    const place = draw.integer(4)
    const written = oneOf(draw, pathsIn(json)).join(".")
    const path =
      place < 2
        ? written
        : place === 2
          ? `${written}.${oneOf(draw, oddTexts)}`
          : oneOf(draw, [...paths, ...oddTexts])
    const isOdd = draw.integer(2) === 0
    kinds.push(`${["there", "there", "below", "elsewhere"][place]}, ${isOdd ? "odd text" : "odd JSON"}`)
    const value = isOdd ? oneOf(draw, values) : inJson(oddValue(draw))
    return draw.integer(30) === 0 ? `${path}${value}` : `${path}=${value}`
  })
  return { overrides, kind: `--set ${kinds[0]}` }
}
