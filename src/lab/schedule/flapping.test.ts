import fc from "fast-check"
import { expect, test } from "vitest"
import { calm, type Flapping, type GoNote, type Judgement, judgeGo } from "./flapping.ts"

const crash = (arm: string, at: number, more: Partial<GoNote> = {}): GoNote => ({
  arm,
  outcome: "failed",
  sentence: "The trial's process crashed with SIGSEGV.",
  last: false,
  at,
  ...more,
})
const finish = (arm: string, at: number): GoNote => ({ arm, outcome: "finished", last: true, at })

function judge(arms: number, ...notes: readonly GoNote[]): readonly Judgement[] {
  let state: Flapping = calm
  return notes.map((note) => {
    const judgement = judgeGo(state, note, arms)
    state = judgement.state
    return judgement
  })
}
const stops = (judgements: readonly Judgement[]) => judgements.map(({ stop }) => stop !== undefined)
const pauses = (judgements: readonly Judgement[]) => judgements.map(({ pause }) => pause?.arm)

test("three ends without a result within the first minute, with nothing finished, stop a run and say why", () => {
  const judgements = judge(3, crash("a", 5), crash("b", 8), crash("a", 60))
  expect(stops(judgements)).toEqual([false, false, true])
  expect(judgements[2]!.stop).toBe(
    "Stopped, because 3 goes within the first 60 s ended without a result, the last one so: " +
      "The trial's process crashed with SIGSEGV. Mend this and run again; what is finished is kept.",
  )
})

test("after the first minute, or once something has finished, three are not enough", () => {
  expect(stops(judge(3, crash("a", 5), crash("b", 8), crash("c", 61)))).toEqual([false, false, false])
  const notes = [finish("a", 3), crash("a", 5), crash("b", 8), crash("c", 9)]
  expect(stops(judge(3, ...notes))).toEqual([false, false, false, false])
})

test("five ends in a row without a result stop a run at any time; a result begins the row anew", () => {
  const row = ["a", "b", "c", "a", "b"].map((arm, index) => crash(arm, 1000 + index))
  const judgements = judge(3, finish("a", 9), ...row)
  expect(stops(judgements)).toEqual([false, false, false, false, false, true])
  expect(judgements[5]!.stop).toContain("5 goes in a row ended without a result")
  const broken = [...row.slice(0, 4), finish("c", 2000), ...row.slice(0, 4)]
  expect(stops(judge(3, ...broken))).toEqual(broken.map(() => false))
})

test("a run of one arm is stopped by that arm", () => {
  expect(stops(judge(1, crash("a", 1), crash("a", 2), crash("a", 3)))).toEqual([false, false, true])
})

test("three trials of an arm given up for the same class pause it, and the others go on", () => {
  const notes = [1, 2, 3].flatMap((at) => [crash("a", at), crash("a", at, { last: true })])
  const judgements = judge(2, ...notes, crash("b", 9), finish("b", 10))
  expect(stops(judgements)).toEqual(judgements.map(() => false))
  expect(pauses(judgements)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    "a",
    undefined,
    undefined,
  ])
  expect(judgements[5]!.pause!.sentence).toBe(
    "a: Paused, because 3 trials in a row ended as failed, the last one so: " +
      "The trial's process crashed with SIGSEGV. The other arms go on.",
  )
})

test("trials given up for unlike reasons, or with a result between them, do not pause an arm", () => {
  const given = (outcome: GoNote["outcome"]) => crash("a", 100, { outcome, last: true })
  const unlike = [given("failed"), given("timed-out"), given("failed"), given("failed")]
  expect(pauses(judge(2, ...unlike))).toEqual(unlike.map(() => undefined))
  const between = [given("failed"), given("failed"), finish("a", 200), given("failed"), given("failed")]
  expect(pauses(judge(2, ...between))).toEqual(between.map(() => undefined))
})

test("an arm that is paused is paused once", () => {
  const notes = Array.from({ length: 6 }, (_, at) => crash("a", at, { last: true }))
  expect(pauses(judge(3, ...notes)).filter((arm) => arm !== undefined)).toEqual(["a"])
})

test("when the other arms are paused, the last one is an arm alone", () => {
  const paused = [1, 2, 3].map((at) => crash("a", 99 + at, { last: true }))
  const unlike = ["failed", "timed-out", "failed", "timed-out", "failed"] as const
  const alone = unlike.map((outcome, index) => crash("b", 200 + index, { outcome, last: true }))
  expect(stops(judge(2, ...paused, ...alone)).lastIndexOf(true)).toBe(7)
  expect(stops(judge(3, ...paused, ...alone))).not.toContain(true)
})

const outcomes = fc.constantFrom(
  "finished" as const,
  "failed" as const,
  "out-of-memory" as const,
  "preempted" as const,
  "timed-out" as const,
  "refused" as const,
)
const histories = fc.array(
  fc.record({
    arm: fc.constantFrom("a", "b", "c"),
    outcome: outcomes,
    sentence: fc.constant("It broke."),
    last: fc.boolean(),
    at: fc.integer({ min: 0, max: 200 }),
  }),
  { maxLength: 30 },
)

test("preemptions change nothing, wherever they come", () => {
  fc.assert(
    fc.property(histories, (notes) => {
      const counted = judge(3, ...notes.filter(({ outcome }) => outcome !== "preempted"))
      const all = judge(3, ...notes).filter((_, index) => notes[index]!.outcome !== "preempted")
      expect(all).toEqual(counted)
    }),
  )
})

test("a run of several arms never stops for one arm alone, and a result never stops or pauses anything", () => {
  fc.assert(
    fc.property(histories, (notes) => {
      const judgements = judge(3, ...notes)
      for (const [index, { stop, pause }] of judgements.entries()) {
        if (stop === undefined && pause === undefined) continue
        expect(notes[index]!.outcome).not.toBe("finished")
        if (stop === undefined || judgements[index]!.state.paused.size > 1) continue
        expect(new Set(judgements[index]!.state.row).size).toBeGreaterThan(1)
      }
    }),
  )
})

test("where nothing ever finishes and every end is a failure, a run stops or every arm is paused", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 200 }), (arms, at) => {
      const notes = Array.from({ length: arms * 3 }, (_, index) =>
        crash(`${index % arms}`, at, { last: true }),
      )
      const judgements = judge(arms, ...notes)
      const { paused } = judgements.at(-1)!.state
      expect(stops(judgements).includes(true) || paused.size === arms).toBe(true)
    }),
  )
})
