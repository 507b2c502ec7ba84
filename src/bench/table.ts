import { availableParallelism, cpus } from "node:os"
import { aligned } from "./aligned.ts"
import type { Result } from "./duel.ts"

/** What the numbers were measured on and with, in one line. */
export function machineFacts(results: readonly Result[]): string {
  const libraries = [`Node ${process.version}`]
  for (const { ready, peer } of results) {
    libraries.push(ready.identity!.version, `@tensorflow/tfjs ${ready.tensorflow}`)
    if (peer !== undefined) libraries.push(`PyTorch ${peer.torch}`)
  }
  const peaks = new Map<string, number>()
  for (const { row, peakGflops } of results) {
    const key = `${row.engine}, ${row.threads} thread(s)`
    peaks.set(key, Math.max(peaks.get(key) ?? 0, peakGflops))
  }
  return [
    `${cpus()[0]?.model.trim() ?? "unknown CPU"}, ${availableParallelism()} cores, ${process.platform} ${process.arch}`,
    [...new Set(libraries)].join(", "),
    ...[...peaks].map(([key, peak]) => `1024x1024 matrix product on ${key}: ${digits(peak)} GFLOP/s`),
  ].join("\n")
}

/** The rows as aligned text, then each profile that was taken. */
export function table(results: readonly Result[]): string {
  const withPeer = results.some(({ row }) => row.ratio !== undefined)
  const head = ["workload", "engine", "threads", "ms/step", "GFLOP/step", "GFLOP/s", "of peak", "host ms"]
  const lines = [
    [...head, "compile ms", "peak MiB", ...(withPeer ? ["torch ms", "ratio"] : [])],
    ...results.map(({ row }) => [
      row.workload,
      row.engine,
      String(row.threads),
      digits(row.msPerStep),
      digits(row.gflopPerStep),
      digits(row.gflops),
      `${(100 * row.peakShare).toFixed(0)}%`,
      row.hostMs === null ? "-" : digits(row.hostMs),
      row.compileMs === null ? "-" : row.compileMs.toFixed(0),
      row.rssMb.toFixed(0),
      ...(withPeer ? [digits(row.peerMsPerStep), row.ratio?.toFixed(2) ?? "-"] : []),
    ]),
  ]
  const profiles = results.filter(({ operators }) => operators.length > 0).map(profile)
  const fallbacks = results.flatMap(({ row, fallbacks }) => {
    const names = Object.entries(fallbacks).map(([name, calls]) => `${name} ${calls}`)
    return names.length === 0 ? [] : [`${row.workload} fell back to JavaScript: ${names.join(", ")}`]
  })
  return [aligned(lines), ...profiles, ...fallbacks].join("\n\n")
}

function profile({ row, operators }: Result): string {
  const total = operators.reduce((sum, { ms }) => sum + ms, 0)
  const lines = operators.map(({ operator, nodes, ms }) => [
    operator,
    String(nodes),
    ms.toFixed(3),
    `${((100 * ms) / total).toFixed(1)}%`,
  ])
  const title = `${row.workload} on ${row.engine} with ${row.threads} thread(s), by operator`
  return `${title}\n${aligned([["operator", "nodes", "ms/step", "share"], ...lines])}`
}

/** Three significant digits, and all digits before the point. */
function digits(value: number | undefined): string {
  if (value === undefined) return "-"
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
