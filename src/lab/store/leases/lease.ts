import { createHash, randomBytes } from "node:crypto"
import { readFileSync, readlinkSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { readJson } from "../files/durable.ts"

/**
 * `lease.json` of an attempt: who plays it. The holder raises `beat` while it lives. Nobody compares clocks: an observer
 * calls a lease lapsed when it saw no other beat for `seconds` of its own steady clock.
 */
export interface LeaseRecord {
  readonly schema: 1
  /** Random, new for every scheduler process. */
  readonly holder: string
  readonly execution: string
  readonly beat: number
  readonly seconds: number
  /** Hash of the boot and the process namespace, so that processes of this very system know each other; Linux only. */
  readonly system?: string
  readonly pid: number
  /** When the process started, in the system's own ticks; a reused process number has another. */
  readonly started?: string
}

/** A lease that this process holds. */
export interface Lease {
  /** Says that the holder still lives. */
  renew(): void
}

const holder = randomBytes(8).toString("hex")

/** Takes the lease of an attempt whose folder this process has just made. */
export function takeLease(attempt: string, execution: string, seconds: number): Lease {
  const system = systemMark()
  const started = startOf(process.pid)
  let beat = 0
  const write = () => {
    const record: LeaseRecord = {
      schema: 1,
      holder,
      execution,
      beat,
      seconds,
      ...(system === undefined ? {} : { system }),
      pid: process.pid,
      ...(started === undefined ? {} : { started }),
    }
    const draft = join(attempt, `.lease.json.${process.pid}.draft`)
    writeFileSync(draft, JSON.stringify(record))
    renameSync(draft, join(attempt, "lease.json"))
  }
  write()
  return {
    renew() {
      beat += 1
      write()
    },
  }
}

/** The lease of an attempt; undefined when there is none (yet). */
export function readLease(attempt: string): LeaseRecord | undefined {
  const read = readJson(join(attempt, "lease.json"))
  if (typeof read === "string") return undefined
  const { schema, holder: by, beat, seconds, execution } = read.value
  const whole =
    schema === 1 &&
    typeof by === "string" &&
    typeof execution === "string" &&
    typeof beat === "number" &&
    typeof seconds === "number"
  return whole ? (read.value as unknown as LeaseRecord) : undefined
}

/** Whether this process holds the lease. */
export function isOurs(lease: LeaseRecord): boolean {
  return lease.holder === holder
}

/** Whether the holder was a process of this very system that is gone: no need to wait for its lease to lapse. */
export function holderIsGone({ system, pid, started }: LeaseRecord): boolean {
  if (system === undefined || started === undefined || system !== systemMark()) return false
  return startOf(pid) !== started
}

/** Whether the holder is, or was, a process of this very system. */
export function isOnThisSystem({ system }: LeaseRecord): boolean {
  return system !== undefined && system === systemMark()
}

/** Remembers when it saw which beat. */
export interface LeaseWatch {
  /** Whether the attempt's lease has lapsed, as far as this process could see. */
  lapsed(attempt: string): boolean
}

/**
 * @param seconds for attempts without a lease: their makers were cut off before they wrote it, or are just about to
 * @param now milliseconds of a steady clock
 */
export function openLeaseWatch(seconds: number, now: () => number = () => performance.now()): LeaseWatch {
  const seen = new Map<string, { readonly mark: string; readonly since: number }>()
  return {
    lapsed(attempt) {
      const lease = readLease(attempt)
      if (lease !== undefined && holderIsGone(lease)) return true
      const mark = lease === undefined ? "none" : `${lease.holder} ${lease.beat}`
      const known = seen.get(attempt)
      if (known?.mark !== mark) {
        seen.set(attempt, { mark, since: now() })
        return false
      }
      return now() - known.since >= (lease?.seconds ?? seconds) * 1000
    },
  }
}

let mark: string | undefined | null = null

/** A hash that this boot of this system has alone, and of it one namespace of process numbers; undefined but on Linux. */
function systemMark(): string | undefined {
  if (mark !== null) return mark
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
    const namespace = readlinkSync("/proc/self/ns/pid")
    mark = createHash("sha256").update(`${boot} ${namespace}`).digest("hex").slice(0, 16)
  } catch {
    mark = undefined
  }
  return mark
}

/** Field 22 of /proc/<pid>/stat, the start in ticks since boot; undefined when there is no such process (or it is a zombie). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    // The second field is a name in parentheses that may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    return fields[0] === "Z" ? undefined : fields[19]
  } catch {
    return undefined
  }
}
