import { readdirSync } from "node:fs"

/** Folders and names under which Linux shows a GPU: Mesa's drivers, NVIDIA's, and Windows' under WSL. */
const places: readonly (readonly [string, RegExp])[] = [
  ["/dev/dri", /^renderD\d+$/],
  ["/dev", /^(nvidia\d+|dxg)$/],
]

/**
 * Whether a GPU can be there at all: on Linux, whether the kernel shows one. Looking takes no time, while loading the
 * graphics drivers takes a tenth of a second and may print warnings. Other systems always have one, so to speak.
 */
export function mayHaveGpu(
  platform: NodeJS.Platform = process.platform,
  list: (folder: string) => readonly string[] = readdirSync,
): boolean {
  if (platform !== "linux") return true
  return places.some(([folder, pattern]) => {
    try {
      return list(folder).some((name) => pattern.test(name))
    } catch {
      return false
    }
  })
}
