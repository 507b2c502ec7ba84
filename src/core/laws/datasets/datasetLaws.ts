import fc from "fast-check"
import type { Dataset, OpenDataset, SplitName } from "../../contracts/dataset.ts"
import { Broken, type Case, type Law, undeclared } from "../law.ts"
import { once } from "../once.ts"

/** A dataset that can be made again, as another process would. */
export interface DatasetSubject {
  make(): Dataset
}

const splitNames: readonly SplitName[] = ["train", "validation", "test"]

/** What can be read, or what stands in the way. */
const there = async ({ make }: DatasetSubject) => {
  const [missing] = await make().missing()
  return missing === undefined
    ? true
    : undeclared(`options under \`examples\` with which it is there (${missing})`)
}

type Read = Awaited<ReturnType<OpenDataset["splits"]["train"]["read"]>>

const text = (read: Read) =>
  JSON.stringify(Object.entries(read).map(([name, values]) => [name, Array.from(values)])).slice(0, 200)

function expectSame(what: string, one: Read, other: Read): void {
  for (const [name, values] of Object.entries(one)) {
    const again = other[name]
    const at = again === undefined ? 0 : values.findIndex((value, index) => !Object.is(value, again[index]))
    if (again?.length === values.length && at < 0) continue
    throw new Broken(
      `${what} to have the field ${name} bit for bit`,
      `value ${at}: ${values[at]} and ${again?.[at]}`,
    )
  }
}

/** Indices of a split, from any natural numbers. */
const indices: fc.Arbitrary<Case> = fc.record({
  split: fc.integer({ min: 0, max: 2 }).map((split) => [split]),
  indices: fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 4 }),
})

function chosen({ splits }: OpenDataset, one: Case) {
  const split = splits[splitNames[one.split![0]!]!]
  return { split, indices: split.size === 0 ? [] : one.indices!.map((index) => index % split.size) }
}

const fieldsAsDeclared: Law<DatasetSubject> = {
  name: "fieldsAsDeclared",
  statement:
    "Every split reads, for each field, as many values as its shape has, finite, whole where they are int32, and within its range.",
  applies: there,
  property: ({ make }) =>
    fc.asyncProperty(indices, async (one) => {
      const { split, indices } = chosen(await make().open(), one)
      if (indices.length === 0) return
      const read = await split.read(indices)
      for (const [name, { shape, dtype, range, classes }] of Object.entries(split.fields)) {
        const values = read[name]
        const size = shape.reduce((product, side) => product * side, indices.length)
        const kind = dtype === "int32" ? "Int32Array" : "Float32Array"
        if (values?.constructor.name !== kind || values.length !== size) {
          throw new Broken(
            `${size} values of ${name} as a ${kind}`,
            `${values?.length ?? "no"} values (${values?.constructor.name})`,
          )
        }
        const most = classes === undefined ? range[1] : Math.min(range[1], classes - 1)
        const wrong = values.find((value) => !Number.isFinite(value) || value < range[0] || value > most)
        if (wrong !== undefined)
          throw new Broken(`values of ${name} in [${range[0]}, ${most}]`, String(wrong))
      }
    }),
}

const pureReading: Law<DatasetSubject> = {
  name: "pureReading",
  statement:
    "An example is a function of its index: read again, in another batch or from the same dataset made anew, it is the same.",
  applies: there,
  property: ({ make }) =>
    fc.asyncProperty(indices, async (one) => {
      const { split, indices } = chosen(await make().open(), one)
      if (indices.length === 0) return
      const batch = await split.read(indices)
      const anew = chosen(await make().open(), one).split
      expectSame("a batch read from the dataset made anew", batch, await anew.read(indices))
      for (const [at, index] of indices.entries()) {
        const alone = await split.read([index])
        const inBatch = Object.fromEntries(
          Object.entries(batch).map(([name, values]) => {
            const size = values.length / indices.length
            return [name, values.slice(at * size, (at + 1) * size)]
          }),
        )
        expectSame(`example ${index} alone, as in a batch,`, inBatch, alone)
      }
    }),
}

const steadyDigest: Law<DatasetSubject> = {
  name: "steadyDigest",
  statement:
    "The digest, which is part of every trial's identity, is the same of the same dataset made anew.",
  applies: there,
  property: ({ make }) =>
    once(async () => {
      const [one, other] = [await make().digest(), await make().digest()]
      if (one !== other || one === "")
        throw new Broken("one digest", `${JSON.stringify(one)} and ${JSON.stringify(other)}`)
    }),
}

const refusesOutside: Law<DatasetSubject> = {
  name: "refusesOutside",
  statement: "An index that the split does not have is refused.",
  applies: there,
  property: ({ make }) =>
    once(async () => {
      const { splits } = await make().open()
      for (const name of splitNames) {
        for (const index of [-1, splits[name].size, 0.5]) {
          const read = await splits[name].read([index]).catch(() => undefined)
          if (read !== undefined) throw new Broken(`index ${index} of ${name} to be refused`, text(read))
        }
      }
    }),
}

/** Examples of each split that are compared. */
const most = 60

const disjointSplits: Law<DatasetSubject> = {
  name: "disjointSplits",
  statement: `No example of one split is, value by value, among another's (the first ${most} of each).`,
  applies: there,
  property: ({ make }) =>
    once(async () => {
      const { splits } = await make().open()
      const seen = new Map<string, string>()
      for (const name of splitNames) {
        for (let index = 0; index < Math.min(most, splits[name].size); index++) {
          const example = JSON.stringify(
            Object.values(await splits[name].read([index])).map((values) => Array.from(values)),
          )
          const other = seen.get(example)
          if (other !== undefined && !other.startsWith(`${name} `)) {
            throw new Broken("examples of their own in every split", `${name} ${index} is ${other}`)
          }
          seen.set(example, `${name} ${index}`)
        }
      }
    }),
}

/** What every dataset must keep. */
export const datasetLaws: readonly Law<DatasetSubject>[] = [
  fieldsAsDeclared,
  pureReading,
  steadyDigest,
  refusesOutside,
  disjointSplits,
]
