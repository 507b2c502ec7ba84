import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { messageOf } from "@saddlepoint/core/contracts/messageOf"
import { type GoldenCase, type GoldenCheck, type GoldenFolder, goldenFolder } from "./goldenFolder.ts"

/** What came of all reference numbers of a folder. */
export interface GoldenReport {
  readonly checked: number
  readonly failed: number
  /** Every case that failed, then those nearest to their tolerance, the nearest first. */
  readonly worst: readonly GoldenCase[]
  /** Why a topic could not be checked, one sentence each; they count as failed. */
  readonly problems: readonly string[]
}

/** The check of every topic, by the name of its JSON file. */
export const goldenTopics: Readonly<Record<string, () => Promise<GoldenCheck>>> = {
  adaptation: async () => (await import("./checks/adaptation.ts")).adaptation,
  classification: async () => (await import("./checks/classification.ts")).classification,
  fcn_score: async () => (await import("./checks/fcnScore.ts")).fcnScore,
  frechet: async () => (await import("./checks/frechet.ts")).frechet,
  image: async () => (await import("./checks/image.ts")).image,
  inception: async () => (await import("./checks/inception.ts")).inception,
  isc: async () => (await import("./checks/isc.ts")).isc,
  kid: async () => (await import("./checks/kid.ts")).kid,
  lpips: async () => (await import("./checks/lpips.ts")).lpips,
  mmd: async () => (await import("./checks/mmd.ts")).mmd,
  modes: async () => (await import("./checks/modes.ts")).modes,
  prdc: async () => (await import("./checks/prdc.ts")).prdc,
  resize: async () => (await import("./checks/resize.ts")).resize,
  rliable: async () => (await import("./checks/rliable.ts")).rliable,
  stats: async () => (await import("./checks/stats.ts")).stats,
}

/** JSON files of a folder that hold no numbers of a topic of their own. */
const companions: readonly string[] = ["index", "inception_state_dict"]
/** Passed cases that are shown as well. */
const shown = 10

/**
 * Recomputes every reference number of a folder: one JSON file for each topic, raw arrays beside them, SHA-256 of all
 * files in `index.json` where there is one.
 *
 * @param onTopic called before each topic
 * @throws one sentence when the folder holds no topic
 */
export async function checkGolden(
  path: string,
  onTopic: (topic: string) => void = () => {},
): Promise<GoldenReport> {
  const folder = goldenFolder(path)
  const files: readonly string[] = await readdir(path).catch(() => [])
  const topics = files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .filter((topic) => !companions.includes(topic))
    .sort()
  if (topics.length === 0) {
    throw new Error(
      `Expected a folder with reference numbers (frechet.json, kid.json, ...), but ${path} has none; give the folder that holds them.`,
    )
  }
  const cases: GoldenCase[] = files.includes("index.json") ? await digests(folder) : []
  const problems: string[] = []
  for (const topic of topics) {
    onTopic(topic)
    const load = goldenTopics[topic]
    if (load === undefined) {
      problems.push(`Expected a topic of ${Object.keys(goldenTopics).join(", ")}, but got ${topic}.`)
      continue
    }
    try {
      const found = await (await load())(folder)
      if (found.length === 0) problems.push(`Expected reference numbers in ${topic}.json, but got none.`)
      cases.push(...found)
    } catch (error) {
      problems.push(`${topic}: ${messageOf(error)}`)
    }
  }
  const ranked = cases
    .map((each) => ({ each, share: each.error / each.tolerance }))
    // A share that is no number (0 of 0 aside) is a failure, and the worst of all.
    .map(({ each, share }) => ({
      each,
      share: holds(each) ? share || 0 : Number.isNaN(share) ? Number.POSITIVE_INFINITY : share,
    }))
    .sort((a, b) => b.share - a.share)
    .map(({ each }) => each)
  const failed = ranked.filter((each) => !holds(each))
  const passed = ranked.filter(holds)
  return {
    checked: cases.length + problems.length,
    failed: failed.length + problems.length,
    worst: [...failed, ...passed.slice(0, shown)],
    problems,
  }
}

function holds({ error, tolerance }: GoldenCase): boolean {
  return error <= tolerance
}

/** Whether every file has the digest that the index gives. */
async function digests(folder: GoldenFolder): Promise<GoldenCase[]> {
  const { files } = await folder.topic("index")
  const cases: GoldenCase[] = []
  for (const [file, { sha256 }] of Object.entries<{ sha256: string }>(files)) {
    const bytes = await readFile(join(folder.path, file)).catch(() => Buffer.alloc(0))
    const same = createHash("sha256").update(bytes).digest("hex") === sha256
    cases.push({ case: `index/${file}`, error: same ? 0 : 1, tolerance: 0 })
  }
  return cases
}
