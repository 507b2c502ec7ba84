import { readFileSync } from "node:fs"
import { arch, cpus, platform, totalmem } from "node:os"

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
