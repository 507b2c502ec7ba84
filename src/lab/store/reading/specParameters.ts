import { isObject, type Json, type JsonObject } from "@saddlepoint/core/contracts/json"

/** A value that fills a cell. */
export type Scalar = string | number | boolean

/**
 * All that was chosen for a trial, flat: of arms and controls `method.use`, `method.generator.width`, `method.losses[0].weight`,
 * `method.data.size`, of arms `method.budget.steps`, too; of judges `judge.use`, `judge.data.use`, ... Behind `method.` stands what
 * `--set arms.NAME.` takes. Defaults are among them; folders of data are not, nor are lists and objects without anything in them.
 *
 * @param preimage of a trial
 * @returns in the order of `parameterNames`
 */
export function specParameters({ kind, spec, dataset, steps }: JsonObject): ReadonlyMap<string, Scalar> {
  const found = new Map<string, Scalar>()
  if (kind === "judge") {
    collect(spec, "judge", found)
    collect(dataset, "judge.data", found)
  } else collect(spec, "method", found)
  if (kind === "arm") collect(steps, "method.budget.steps", found)
  return new Map(parameterNames([found]).map((name) => [name, found.get(name)!]))
}

/** The names of several trials' parameters, each once: in the order of their texts, numbers in them by their size. */
export function parameterNames(trials: Iterable<ReadonlyMap<string, Scalar>>): readonly string[] {
  const names = new Set([...trials].flatMap((parameters) => [...parameters.keys()]))
  return [...names]
    .map((name) => ({ name, parts: name.split(/(\d+)/) }))
    .sort((a, b) => inOrder(a.parts, b.parts))
    .map(({ name }) => name)
}

function collect(value: Json | undefined, path: string, found: Map<string, Scalar>): void {
  if (value === undefined || value === null) return
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collect(item, `${path}[${index}]`, found)
  } else if (isObject(value)) {
    for (const key in value) collect(value[key], `${path}${keyInPath(key)}`, found)
  } else found.set(path, value as Scalar)
}

/** Keys that a path could not be told apart by stand in quotes. */
function keyInPath(key: string): string {
  return /^[^.[\]"]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

/** Texts stand at even places, numbers between them. */
function inOrder(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, index) => part !== b[index])
  if (at < 0 || b[at] === undefined) return a.length - b.length
  const [x, y] = [a[at]!, b[at]!]
  const numbers = at % 2 === 1 ? Number(x) - Number(y) : 0
  return numbers || (x < y ? -1 : 1)
}
