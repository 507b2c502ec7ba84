import { expect, test } from "vitest"
import { aJudge, aPlan, aTrial } from "../testing/plan.ts"
import { openSchedule } from "./schedule.ts"

test("judges come first, then controls, then the plan's trials in its own order", () => {
  const control = aTrial("control/real", 0, { kind: "control", role: "control", steps: 0 })
  const arms = { l1: "baseline", gan: "challenger" } as const
  const plan = aPlan(arms, [5, 3], { judges: [aJudge("fid")], controls: [control] })
  const schedule = openSchedule(plan, new Set([plan.trials[1]!.id]))
  const played: string[] = []
  for (let next = schedule.next(); typeof next !== "string"; next = schedule.next()) {
    played.push(`${next.arm} ${next.seed}`)
  }
  expect(played).toEqual(["judge/fid 7", "control/real 0", "l1 5", "l1 3", "gan 3"])
})

test("a trial waits for the judges that it needs and for no others", () => {
  const [slow, quick] = [aJudge("slow"), aJudge("quick")]
  const plan = aPlan({}, [1], {
    judges: [slow, quick],
    trials: [aTrial("a", 1, { needs: [slow.id] }), aTrial("b", 1, { needs: [quick.id] }), aTrial("c")],
  })
  const schedule = openSchedule(plan, new Set())
  const next = () => {
    const trial = schedule.next()
    return typeof trial === "string" ? trial : trial.arm
  }
  expect([next(), next(), next(), next()]).toEqual(["judge/slow", "judge/quick", "c", "wait"])
  schedule.settle(quick.id, "finished")
  expect([next(), next()]).toEqual(["b", "wait"])
  schedule.settle(slow.id, "finished")
  expect([next(), next()]).toEqual(["a", "done"])
})

test("a judge without a result blocks its dependants, and only them", () => {
  const judge = aJudge("fid")
  const dependant = aTrial("a", 1, { needs: [judge.id] })
  const plan = aPlan({}, [1], { judges: [judge], trials: [dependant, aTrial("b")] })
  const schedule = openSchedule(plan, new Set())
  schedule.next()
  expect(schedule.settle(judge.id, "failed")).toEqual([{ trial: dependant, by: judge.id }])
  expect(schedule.next()).toMatchObject({ arm: "b" })
  expect(schedule.next()).toBe("done")
})

test("a finished judge holds nothing back, and finished trials are not handed out", () => {
  const judge = aJudge("fid")
  const trials = [aTrial("a", 1, { needs: [judge.id] }), aTrial("b")]
  const schedule = openSchedule(
    aPlan({}, [1], { judges: [judge], trials }),
    new Set([judge.id, aTrial("b").id]),
  )
  expect(schedule.next()).toBe(trials[0])
  expect(schedule.next()).toBe("done")
})
