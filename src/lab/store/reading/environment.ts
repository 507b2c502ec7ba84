import type { CodeIdentity } from "../../contracts/codeIdentity.ts"
import type { EvaluatingCode } from "../../contracts/evaluation.ts"
import type { Manifest } from "../attempts/manifest.ts"

/** What made one result: what is kept of its manifest, as the rest would be held a thousand times, and the code that judged it. */
export interface MadeBy extends Pick<Manifest, "engine" | "machine" | "code" | "execution"> {
  readonly arm: string
  readonly judging: readonly EvaluatingCode[]
}

/**
 * Facts about engine, machine and code that made some results: label -> value. Several values are told with the number of trials that each one
 * made, `mixed: a (12 trials), b (13 trials)`. Arms rest on the code of their own plug-ins: theirs is mixed only where one file had several
 * contents.
 */
export function environmentOf(made: readonly MadeBy[]): Record<string, string> {
  const facts: Record<string, (one: MadeBy) => string | undefined> = {
    Engine: ({ engine }) => `${engine.name} (${engine.version})`,
    Device: ({ engine }) => engine.device,
    "Threads per trial": ({ engine }) => String(engine.threads),
    Platform: ({ machine }) => `${machine.platform} ${machine.arch}, ${machine.instructions}`,
    Processor: ({ machine }) => `${machine.cpu}, ${machine.cores} cores, ${machine.memory} GiB`,
    "Node.js": ({ machine }) => machine.node,
    Commit: ({ code }) => code.commit && `${code.commit.slice(0, 12)}${code.dirty ? " with changes" : ""}`,
    Lockfile: ({ code }) => code.lockfile.slice(0, 16) || undefined,
  }
  const told = Object.entries(facts).flatMap(([label, fact]) => {
    const values = made.flatMap((one) => fact(one) ?? [])
    return values.length === 0 ? [] : [[label, shares(values)] as const]
  })
  const unlike = unlikeFiles(made.flatMap(({ code, judging }) => [code, ...judging]))
  const digests = new Map(made.map(({ code, execution }) => [code.digest, execution]))
  // One execution for each code, the same engine and machine everywhere, and files that agree: nothing is mixed but the arms' plug-ins.
  const isOwn =
    unlike.length === 0 &&
    digests.size > 1 &&
    new Set(made.map(({ execution }) => execution)).size === digests.size
  const byArm = (fact: (one: MadeBy) => string) =>
    isOwn ? armsOf(made.map((one) => [one.arm, fact(one)])) : shares(made.map(fact))
  return {
    ...Object.fromEntries(told),
    ...(made.length === 0 ? {} : { Code: byArm(({ code }) => code.digest.slice(0, 16)) }),
    ...(unlike.length === 0 ? {} : { "Files of several contents": someOf(unlike) }),
    Execution: byArm(({ execution }) => execution),
  }
}

/** Names of the files that not all of some code has with the same contents. */
export function unlikeFiles(codes: Iterable<Pick<CodeIdentity, "digest" | "sources">>): string[] {
  const known = new Map<string, string>()
  const unlike = new Set<string>()
  const seen = new Set<string>()
  for (const { digest, sources = {} } of codes) {
    if (seen.has(digest)) continue
    seen.add(digest)
    for (const [name, content] of Object.entries(sources)) {
      if ((known.get(name) ?? content) !== content) unlike.add(name)
      known.set(name, content)
    }
  }
  return [...unlike].sort()
}

const most = 12

function someOf(names: readonly string[]): string {
  const more = names.length - most
  return `${names.slice(0, most).join(", ")}${more > 0 ? `, and ${more} more` : ""}`
}

/** `by arm: a (l1, l2), b (gan)`. */
function armsOf(pairs: readonly (readonly [arm: string, value: string])[]): string {
  const arms = new Map<string, Set<string>>()
  for (const [arm, value] of pairs) arms.set(value, (arms.get(value) ?? new Set()).add(arm))
  return `by arm: ${someOf([...arms].map(([value, own]) => `${value} (${someOf([...own])})`))}`
}

/** One value as it is; several with the number of trials that each one made. */
function shares(values: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  if (counts.size <= 1) return values[0] ?? "none"
  const parts = [...counts].map(([value, n]) => `${value} (${n} ${n === 1 ? "trial" : "trials"})`)
  return `mixed: ${parts.join(", ")}`
}
