/** What a parent sends to a trial's process that is to write a checkpoint and leave: everywhere, for Windows has no signals to ask by. */
export const leaveMessage = { type: "leave" } as const

/** Signals that ask a trial to write a checkpoint and leave; schedulers of clusters send SIGUSR1 before their time is up. */
const signals = ["SIGTERM", "SIGUSR1"] as const

/** The wish that this process leaves. */
export interface Leaving {
  /** Whether it came. */
  asked(): boolean
  /** From now on there is nothing to save: the process ends as soon as it is asked, or now if it was. */
  atOnce(): void
}

/** Listens for the wish that this process leaves. */
export function listenForLeaving(): Leaving {
  let asked = false
  let ready = false
  const leave = () => {
    if (asked && ready) process.exit(0)
  }
  const ask = () => {
    asked = true
    leave()
  }
  for (const signal of signals) process.on(signal, ask)
  process.on("message", (message) => {
    if ((message as { type?: unknown } | null)?.type === leaveMessage.type) ask()
  })
  return {
    asked: () => asked,
    atOnce() {
      ready = true
      leave()
    },
  }
}
