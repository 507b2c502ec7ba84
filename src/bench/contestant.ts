import { type ChildProcess, spawn } from "node:child_process"
import { createInterface, type Interface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import type { OperatorTime } from "./watchedRuntime.ts"

/** What a player says once it is ready to be timed. */
export interface Ready {
  readonly identity?: EngineIdentity
  /** Version of TensorFlow.js, of our players. */
  readonly tensorflow?: string
  /** Version of PyTorch, of the peer. */
  readonly torch?: string
  readonly parameters: number
  /** Counted as direct convolution; left out where the engine keeps no graph to count. */
  readonly gflopPerStep?: number
  readonly compileMs?: number
}

/** Milliseconds of each step of a round, in all and outside ONNX Runtime's run. */
export interface Round {
  readonly ms: readonly number[]
  readonly hostMs?: readonly number[]
  /** Of the last step. */
  readonly losses?: readonly number[]
}

export interface Farewell {
  readonly peakGflops?: number
  readonly rssMb: number
  readonly operators?: readonly OperatorTime[]
  /** Kernels that ran outside the engine. */
  readonly fallbacks?: Readonly<Record<string, number>>
}

/** A process that plays steps when it is told to, and sleeps in between. */
export class Contestant {
  readonly label: string
  private readonly child: ChildProcess
  private readonly lines: AsyncIterator<string>
  private readonly reader: Interface

  constructor(label: string, command: string, args: readonly string[]) {
    this.label = label
    this.child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] })
    this.reader = createInterface({ input: this.child.stdout! })
    this.lines = this.reader[Symbol.asyncIterator]()
  }

  async ready(): Promise<Ready> {
    return (await this.answer()) as Ready
  }

  async play(seconds: number): Promise<Round> {
    this.child.stdin!.write(`play ${seconds}\n`)
    return (await this.answer()) as Round
  }

  async end(): Promise<Farewell> {
    this.child.stdin!.write("end\n")
    const farewell = (await this.answer()) as Farewell
    this.child.stdin!.end()
    return farewell
  }

  stop(): void {
    this.child.kill()
  }

  private async answer(): Promise<unknown> {
    const { value, done } = await this.lines.next()
    if (done) {
      throw new Error(
        `Expected an answer from ${this.label}, but its process ended. Its own message is printed above this one.`,
      )
    }
    return JSON.parse(value)
  }
}

/** One of our engines, in a process of its own. */
export function ourContestant(
  workload: string,
  engine: string,
  threads: number,
  profiled: boolean,
): Contestant {
  const player = fileURLToPath(new URL("./player.ts", import.meta.url))
  const args = ["--import", "tsx", player, workload, engine, String(threads)]
  return new Contestant(
    `${workload} on ${engine} with ${threads} thread(s)`,
    process.execPath,
    profiled ? [...args, "--profile"] : args,
  )
}

/** The same workload in PyTorch. */
export function torchContestant(python: string, workload: string, threads: number): Contestant {
  const script = fileURLToPath(new URL("./peers/torch_peer.py", import.meta.url))
  return new Contestant(`${workload} in PyTorch with ${threads} thread(s)`, python, [
    script,
    workload,
    String(threads),
  ])
}
