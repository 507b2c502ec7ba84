import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { leaveMessage } from "./leaving.ts"

const child = fileURLToPath(new URL("./testing/leavingChild.ts", import.meta.url))

/** How a process ends that listens for leaving, and is asked so once it does. */
function asked(by: "message" | NodeJS.Signals): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((done) => {
    const one = fork(child, {
      execArgv: ["--import", "tsx/esm"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    })
    one.once("message", () => {
      if (by !== "message") return one.kill(by)
      one.send({ type: "progress" }, () => one.send(leaveMessage))
    })
    one.once("close", (code, signal) => done({ code, signal }))
  })
}

test.each(["message", "SIGTERM", "SIGUSR1"] as const)(
  "a process that has nothing to save leaves where it is asked by %s, and by no other message",
  async (by) => {
    expect(await asked(by)).toEqual({ code: 0, signal: null })
  },
)
