import { availableParallelism, cpus } from "node:os"
import { aligned } from "../aligned.ts"
import { barText } from "./recipe.ts"
import type { Spread, Standing } from "./standing.ts"

/** How the recipes stand, as aligned text; then what went wrong, and what it was played on. */
export function table(standings: readonly Standing[]): string {
  const withPeer = standings.some(({ peer }) => peer !== undefined)
  const head = ["recipe", "seeds", "score", "95 %", "bar", "met", "s/trial", "declared"]
  const more = ["torch score", "95 %", "torch s", "ours - torch", "95 %", "within spread", "losses apart"]
  const rows = standings.map((standing) => {
    const { recipe, seeds, score, bar, met, seconds, declaredSeconds, peer } = standing
    return [
      recipe,
      String(seeds.length),
      number(score?.mean),
      interval(score),
      barText(bar),
      met === null ? "-" : yesNo(met),
      whole(seconds),
      whole(declaredSeconds),
      ...(withPeer
        ? [
            number(peer?.score?.mean),
            interval(peer?.score),
            whole(peer?.seconds),
            number(peer?.difference?.mean),
            interval(peer?.difference),
            peer?.withinSpread === undefined ? "-" : yesNo(peer.withinSpread),
            peer?.apart === undefined ? "-" : peer.apart.toExponential(1),
          ]
        : []),
    ]
  })
  const wrong = standings.flatMap(({ recipe, evidence, peer }) => [
    ...evidence.map((sentence) => `${recipe}: ${sentence}`),
    ...(peer?.evidence ?? []).map((sentence) => `${recipe} in PyTorch: ${sentence}`),
  ])
  return [aligned([[...head, ...(withPeer ? more : [])], ...rows]), wrong.join("\n"), machine(standings)]
    .filter((part) => part !== "")
    .join("\n\n")
}

function machine(standings: readonly Standing[]): string {
  const torch = new Set(
    standings.flatMap(({ peer }) => (peer?.torch === undefined ? [] : [`PyTorch ${peer.torch}`])),
  )
  const processor = cpus()[0]?.model.trim() ?? "unknown CPU"
  return [
    processor,
    `${availableParallelism()} cores, one for each trial`,
    `Node ${process.version}`,
    ...torch,
  ].join(", ")
}

const number = (value: number | undefined) => (value === undefined ? "-" : value.toFixed(3))
const interval = (spread: Spread | undefined) =>
  spread?.low === undefined ? "-" : `${number(spread.low)}..${number(spread.high)}`
const whole = (seconds: number | undefined) =>
  seconds === undefined ? "-" : seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)
const yesNo = (yes: boolean) => (yes ? "yes" : "NO")
