import { spawnSync } from "node:child_process"

/**
 * A Python that has PyTorch: the one given, or `SADDLEPOINT_PYTHON`, or `python3` on the path.
 * @throws Error when that Python does not run or cannot import torch
 */
export function findPython(given: string | undefined): string {
  const python = given ?? process.env.SADDLEPOINT_PYTHON ?? "python3"
  const probe = spawnSync(python, ["-c", "import torch"], { encoding: "utf8" })
  if (probe.status === 0) return python
  const cause = probe.error?.message ?? probe.stderr.trim().split("\n").at(-1)
  throw new Error(
    `Expected a Python with PyTorch for --peer torch, but "${python}" is not one (${cause}). ` +
      "Give one with --python PATH, or in SADDLEPOINT_PYTHON.",
  )
}
