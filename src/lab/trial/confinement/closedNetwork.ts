import childProcess from "node:child_process"
import dgram from "node:dgram"
import { syncBuiltinESMExports } from "node:module"
import net from "node:net"
import workerThreads from "node:worker_threads"
import { Trespass } from "@saddlepoint/core/contracts/dataDoor"

/**
 * Closes the network to this process, and what would give it another process or thread that is not closed. The line to its parent stays: it
 * is open already.
 */
export function closeNetwork(): void {
  const no = (what: string) => () => {
    throw new Trespass(
      `Expected a trial's code to rest on what it is given, but it tried to ${what}; leave that out, or run with --unconfined, which the report tells.`,
    )
  }
  const connect = no("reach the network")
  Object.assign(net.Socket.prototype, { connect })
  Object.assign(net.Server.prototype, { listen: connect })
  Object.assign(dgram.Socket.prototype, { bind: connect, connect, send: connect })
  const start = no("start another process")
  Object.assign(childProcess.ChildProcess.prototype, { spawn: start })
  Object.assign(childProcess, { spawnSync: start, execSync: start, execFileSync: start })
  class Worker {
    constructor() {
      no("start another thread")()
    }
  }
  Object.assign(workerThreads, { Worker })
  syncBuiltinESMExports()
}
