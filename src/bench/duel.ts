import { type Contestant, ourContestant, type Ready, torchContestant } from "./contestant.ts"
import { median } from "./median.ts"
import type { OperatorTime } from "./watchedRuntime.ts"

/** One line of the report; milliseconds are medians over rounds. */
export interface Row {
  readonly workload: string
  readonly engine: string
  readonly threads: number
  readonly msPerStep: number
  /** Convolutions and matrix products, counted as direct ones on the deduplicated graph. */
  readonly gflopPerStep: number
  /** GFLOP per second over the whole step. */
  readonly gflops: number
  /** `gflops` as a share of what a 1024x1024 matrix product reaches on the same engine and threads. */
  readonly peakShare: number
  /** Of a step, the time outside ONNX Runtime's run; null where the engine does not use it. */
  readonly hostMs: number | null
  /** Recording, lowering and session creation until steps are replayed; null where nothing is compiled. */
  readonly compileMs: number | null
  /** Peak resident memory in MiB. */
  readonly rssMb: number
  readonly peerMsPerStep?: number
  /** What PyTorch's own formulas add up to; more than ours where it also propagates zeros. */
  readonly peerGflopPerStep?: number
  /** Ours divided by the peer's: below 1 we are faster. */
  readonly ratio?: number
}

export interface Result {
  readonly row: Row
  readonly ready: Ready
  readonly peer: Ready | undefined
  readonly peakGflops: number
  readonly operators: readonly OperatorTime[]
  readonly fallbacks: Readonly<Record<string, number>>
}

export interface DuelOptions {
  readonly workload: string
  readonly engine: string
  readonly threads: number
  readonly rounds: number
  readonly seconds: number
  /** Of a Python with PyTorch; undefined for no peer. */
  readonly python: string | undefined
  readonly profile: boolean
}

/** Times one workload on one engine, round by round in turn with the peer; never both at the same moment. */
export async function duel(options: DuelOptions): Promise<Result> {
  const { workload, engine, threads, rounds, seconds, python, profile } = options
  const contestants: Contestant[] = []
  const enter = async (contestant: Contestant) => {
    contestants.push(contestant)
    return { contestant, ready: await contestant.ready() }
  }
  try {
    const ours = await enter(ourContestant(workload, engine, threads, profile))
    const peer = python === undefined ? undefined : await enter(torchContestant(python, workload, threads))
    if (peer !== undefined) assertSameNetwork(workload, ours.ready, peer.ready)
    const [ms, hostMs, peerMs] = [[], [], []] as [number[], number[], number[]]
    for (let round = 0; round < rounds; round++) {
      const played = await ours.contestant.play(seconds)
      ms.push(median(played.ms))
      hostMs.push(median(played.hostMs!))
      if (peer !== undefined) peerMs.push(median((await peer.contestant.play(seconds)).ms))
    }
    await peer?.contestant.end()
    const farewell = await ours.contestant.end()
    const gflopPerStep = ours.ready.gflopPerStep ?? (await countedOnOnnx(workload))
    const msPerStep = median(ms)
    const gflops = gflopPerStep / (msPerStep / 1000)
    const onSessions = ours.ready.identity!.name === "onnx"
    return {
      row: {
        workload,
        engine: ours.ready.identity!.name,
        threads,
        msPerStep,
        gflopPerStep,
        gflops,
        peakShare: gflops / farewell.peakGflops!,
        hostMs: onSessions ? median(hostMs) : null,
        compileMs: onSessions ? ours.ready.compileMs! : null,
        rssMb: farewell.rssMb,
        ...(peer !== undefined && {
          peerMsPerStep: median(peerMs),
          peerGflopPerStep: peer.ready.gflopPerStep!,
          ratio: msPerStep / median(peerMs),
        }),
      },
      ready: ours.ready,
      peer: peer?.ready,
      peakGflops: farewell.peakGflops!,
      operators: farewell.operators!,
      fallbacks: farewell.fallbacks!,
    }
  } finally {
    for (const contestant of contestants) contestant.stop()
  }
}

/** The count of an engine that keeps no graph is that of the one that does. */
async function countedOnOnnx(workload: string): Promise<number> {
  const counter = ourContestant(workload, "onnx", 1, false)
  try {
    return (await counter.ready()).gflopPerStep!
  } finally {
    counter.stop()
  }
}

/**
 * A comparison of unlike networks would say nothing. PyTorch may take more operations, never fewer: where a second
 * derivative is zero, as leaky ReLU's in a penalised critic, it still propagates the zeros (13% in wgan-gp-32).
 */
function assertSameNetwork(workload: string, ours: Ready, peer: Ready): void {
  if (ours.parameters !== peer.parameters) {
    throw new Error(
      `Expected ${workload} to have as many weights as its peer's ${peer.parameters}, but ours has ` +
        `${ours.parameters}. Make workloads/ and peers/torch_peer.py agree.`,
    )
  }
  if (ours.gflopPerStep === undefined) return
  const share = ours.gflopPerStep / peer.gflopPerStep!
  if (share > 1.01 || share < 0.85) {
    throw new Error(
      `Expected ${workload} to take the peer's ${peer.gflopPerStep!.toFixed(3)} GFLOP a step, but ours takes ` +
        `${ours.gflopPerStep.toFixed(3)}. Make workloads/ and peers/torch_peer.py agree.`,
    )
  }
}
