import { spawnSync } from "node:child_process"

/** What the peers import. */
const packages = ["numpy", "scipy", "sklearn", "torch"]

/**
 * A Python that has the peers' packages: the one given, or `SADDLEPOINT_PYTHON`, or `python3` on the path; undefined where
 * none was named and that on the path lacks them.
 *
 * @throws one sentence when the one that was named lacks them
 */
export function peerPython(given: string | undefined): string | undefined {
  const named = given ?? process.env.SADDLEPOINT_PYTHON
  const python = named ?? "python3"
  const probe = spawnSync(python, ["-c", `import ${packages.join(", ")}`], { encoding: "utf8" })
  if (probe.status === 0) return python
  if (named === undefined) return undefined
  const cause = probe.error?.message ?? probe.stderr.trim().split("\n").at(-1)
  throw new Error(
    `Expected a Python with ${packages.join(", ")} for the peers, but "${python}" is not one (${cause}); give another with --python or in SADDLEPOINT_PYTHON.`,
  )
}
