import childProcess from "node:child_process"
import dgram from "node:dgram"
import inspector from "node:inspector"
import { syncBuiltinESMExports } from "node:module"
import net from "node:net"
import workerThreads from "node:worker_threads"
import { mayReachData, Trespass } from "@saddlepoint/core/contracts/dataDoor"

/**
 * Closes the network to this process, and what would give its code another process or thread that is not closed, unless it reaches for data by
 * right. The line to its parent stays: it is open already.
 */
export function closeNetwork(): void {
  const close = (holder: object, what: string, names: readonly string[]) => {
    const functions = holder as Record<string, (...args: unknown[]) => unknown>
    for (const name of names) {
      const given = functions[name]!
      functions[name] = function (this: unknown, ...args) {
        if (mayReachData()) return Reflect.apply(given, this, args)
        throw trespass(what)
      }
    }
  }
  close(net.Socket.prototype, "reach the network", ["connect"])
  close(net.Server.prototype, "reach the network", ["listen"])
  close(dgram.Socket.prototype, "reach the network", ["bind", "connect", "send"])
  close(childProcess.ChildProcess.prototype, "start another process", ["spawn"])
  close(childProcess, "start another process", ["spawnSync", "execSync", "execFileSync"])
  close(inspector.Session.prototype, "look into this process", ["connect", "connectToMainThread"])
  class Worker extends workerThreads.Worker {
    constructor(...given: ConstructorParameters<typeof workerThreads.Worker>) {
      if (!mayReachData()) throw trespass("start another thread")
      super(...given)
    }
  }
  Object.assign(workerThreads, { Worker })
  syncBuiltinESMExports()
}

const trespass = (what: string): Trespass =>
  new Trespass(
    `Expected a trial's code to rest on what it is given, but it tried to ${what}; leave that out, or run with --unconfined, which the report tells.`,
  )
