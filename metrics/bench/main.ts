/**
 * `npm run bench -w metrics -- [--only fd,kid,prdc,inception,ssim] [--rounds N] [--threads N] [--python PATH] [--json]`:
 * times of the metrics, each in turn with the Python packages that have it, where there is a Python with numpy, scipy,
 * scikit-learn and PyTorch (`--python`, `SADDLEPOINT_PYTHON` or `python3`). Run it on an idle machine. Feature sets use all cores on either side; InceptionV3 and the peer of
 * SSIM use `--threads`.
 */
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { median } from "../maths/statistics/quantile.ts"
import { benchFeatureSets, type SetItem } from "./featureSets.ts"
import { benchInception } from "./inception.ts"
import { peerPython } from "./peerPython.ts"
import { benchSsim } from "./ssim.ts"

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "fd,kid,prdc,inception,ssim" },
    rounds: { type: "string", default: "5" },
    threads: { type: "string", default: String(availableParallelism()) },
    python: { type: "string" },
    json: { type: "boolean", default: false },
  },
})
const rounds = Number(values.rounds)
const threads = Number(values.threads)
const found = peerPython(values.python)
if (found === undefined)
  console.error("Without peers: python3 lacks their packages; give another with --python.")
const python = found === undefined ? {} : { python: found }
const items = values.only.split(",")
const setItems = items.filter((item): item is SetItem => ["fd", "kid", "prdc"].includes(item))

const results = [
  ...(setItems.length > 0 ? await benchFeatureSets(setItems, { rounds, ...python }) : []),
  ...(items.includes("inception") ? [await benchInception({ rounds, threads, ...python })] : []),
  ...(items.includes("ssim") ? [await benchSsim({ rounds, threads, ...python })] : []),
]

if (values.json) console.log(JSON.stringify({ cores: availableParallelism(), rounds, results }, undefined, 2))
else {
  for (const { name, ms, peer, ratio } of results) {
    const beside =
      peer === undefined || ratio === undefined
        ? ""
        : `; ${peer.name} ${seconds(median(peer.ms))} s: ${ratio.toFixed(2)} times as fast`
    console.log(`${name}: ${seconds(median(ms))} s (best ${seconds(Math.min(...ms))})${beside}`)
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
