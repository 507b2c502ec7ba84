import { existsSync, readFileSync } from "node:fs"
import { arch, cpus, platform, release, totalmem } from "node:os"

/** What a manifest tells of the machine: enough to explain other bits, nothing that names it or its owner. */
export interface Machine {
  readonly platform: string
  readonly arch: string
  /** The widest vector instructions that numeric kernels choose by, e.g. `avx2`; see `instructionFamily`. */
  readonly instructions: string
  readonly cpu: string
  readonly cores: number
  /** Installed memory, GiB, rounded. */
  readonly memory: number
  readonly node: string
  // The rest is absent from manifests of schema 1.
  readonly v8?: string
  /** Release of the operating system's kernel. */
  readonly kernel?: string
  /** Whether a container's marks were found; one that hides them well counts as none. */
  readonly container?: boolean
  /** How this process writes dates and sorts words, e.g. `en-GB`, and its time zone. */
  readonly locale?: string
  readonly timeZone?: string
}

export function describeMachine(): Machine {
  const processors = cpus()
  return {
    platform: platform(),
    arch: arch(),
    instructions: instructionFamily(),
    cpu: processors[0]?.model.trim() || "unknown",
    cores: processors.length,
    memory: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    v8: process.versions.v8,
    kernel: release(),
    container: inContainer(),
    ...placeOfWords(),
  }
}

function placeOfWords(): Pick<Machine, "locale" | "timeZone"> {
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return { locale, timeZone }
}

function inContainer(): boolean {
  if (["/.dockerenv", "/run/.containerenv"].some((mark) => existsSync(mark))) return true
  if (process.env.KUBERNETES_SERVICE_HOST !== undefined || process.env.SINGULARITY_NAME !== undefined)
    return true
  try {
    return /docker|kubepods|containerd|lxc|libpod/.test(readFileSync("/proc/1/cgroup", "utf8"))
  } catch {
    return false
  }
}

/**
 * The group of instruction sets within which native kernels give the same bits. ONNX Runtime's MLAS chooses its
 * float32 kernels by AVX-512 (F, BW, DQ, VL together), AVX2 with FMA, AVX, or SSE2 (onnxruntime/core/mlas/lib/platform.cpp).
 * Where the flags cannot be read without running a program (macOS, Windows), the processor's model stands in.
 */
export function instructionFamily(flags: ReadonlySet<string> | undefined = readFlags()): string {
  if (arch() === "arm64") return flags?.has("sve") ? "sve" : "neon"
  if (flags === undefined) return cpus()[0]?.model.trim() || "unknown"
  const has = (...names: readonly string[]) => names.every((name) => flags.has(name))
  if (has("avx512f", "avx512bw", "avx512dq", "avx512vl")) return "avx512"
  if (has("avx2", "fma")) return "avx2"
  return has("avx") ? "avx" : "sse2"
}

function readFlags(): ReadonlySet<string> | undefined {
  if (platform() !== "linux") return undefined
  try {
    const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))
    return line?.[1] === undefined ? undefined : new Set(line[1].split(/\s+/))
  } catch {
    return undefined
  }
}
