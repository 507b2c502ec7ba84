import fc from "fast-check"
import { answeringOf } from "../../answer/answerings.ts"
import type { OpenDataset } from "../../contracts/dataset.ts"
import { type Method, stagesOf } from "../../contracts/method.ts"
import { randomSource } from "../../play/draw.ts"
import { train } from "../../play/trainer.ts"
import { exactResume } from "../exactResume.ts"
import { inOrder } from "../inOrder.ts"
import { Broken, type Case, type Law, type LawOptions } from "../law.ts"
import { once } from "../once.ts"
import { standIns } from "../standIn.ts"
import { engineOf } from "../strategies/trained.ts"

/** A method on data of the laws, made anew for every go. */
export interface MethodSubject {
  make(): Method
  readonly dataset: OpenDataset
}

const steps = 4

const training = async ({ make, dataset }: MethodSubject, options: LawOptions) => ({
  stages: () => stagesOf(make(), dataset),
  seed: 5,
  steps,
  engine: await engineOf(options),
  openLoader: inOrder,
  given: standIns(make().needs),
})

const plays: Law<MethodSubject> = {
  name: "plays",
  statement: `It plays ${steps} steps, every loss of which is finite, and leaves no tensor but its players.`,
  applies: () => true,
  property: (subject, options) =>
    once(async () => {
      const { stages, ...world } = await training(subject, options)
      const before = world.engine.memory().tensors
      const odd: string[] = []
      const { status, players } = await train({
        ...world,
        stages: stages(),
        onStep({ losses }) {
          for (const [name, value] of Object.entries(losses))
            if (!Number.isFinite(value)) odd.push(`${name} ${value}`)
        },
      })
      for (const player of Object.values(players)) player.dispose()
      if (status !== "completed" || odd.length > 0)
        throw new Broken("finite losses", odd.join(", ") || status)
      const left = world.engine.memory().tensors - before
      if (left !== 0) throw new Broken("no tensor more than before", `${left} more`)
    }),
}

const resumes: Law<MethodSubject> = {
  name: "exactResume",
  statement: "Training that stops after any step and goes on from its checkpoint ends with the same bits.",
  applies: () => true,
  property: (subject, options) =>
    fc.asyncProperty(
      fc.record({
        stopAfter: fc.integer({ min: 1, max: steps - 1 }).map((step) => [step]),
      }) as fc.Arbitrary<Case>,
      async ({ stopAfter }) => {
        const { undisturbed, resumed } = await exactResume(await training(subject, options), stopAfter![0]!)
        const [wanted, got] = [JSON.stringify(undisturbed), JSON.stringify(resumed)]
        if (wanted !== got) throw new Broken(wanted, got)
      },
    ),
}

const answers: Law<MethodSubject> = {
  name: "answers",
  statement:
    "It answers with finite values: images in [-1, 1], one for each that is asked for, and the same when asked again.",
  applies: () => true,
  property: (subject, options) =>
    once(async () => {
      const { stages, ...world } = await training(subject, options)
      const { players } = await train({ ...world, stages: stages(), steps: 2 })
      const method = subject.make()
      const answered = async () => {
        const values: number[] = []
        const judged = { dataset: subject.dataset, engine: world.engine, random: randomSource(1, "evaluate") }
        await answeringOf(method.answers).play(method, players, judged, async ({ output }) => {
          values.push(...(await output.data()))
        })
        return values
      }
      const [first, second] = [await answered(), await answered()]
      for (const player of Object.values(players)) player.dispose()
      const images = method.answers !== "points" && method.answers !== "classes"
      const wrong = first.find((value) => !Number.isFinite(value) || (images && Math.abs(value) > 1))
      if (first.length === 0) throw new Broken("answers", "none")
      if (wrong !== undefined) throw new Broken(images ? "values in [-1, 1]" : "finite values", String(wrong))
      const at = first.findIndex((value, index) => !Object.is(value, second[index]))
      if (at >= 0) throw new Broken(`${first[at]} again`, String(second[at]))
    }),
}

/** What every method must keep. */
export const methodLaws: readonly Law<MethodSubject>[] = [plays, resumes, answers]
