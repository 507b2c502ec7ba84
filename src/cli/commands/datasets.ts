import { readFile } from "node:fs/promises"
import { dataFolder, pullFolder } from "@saddlepoint/datasets/published/dataFolder"
import type { KnownSet } from "@saddlepoint/datasets/published/knownSet"
import { knownSets, setsOf } from "@saddlepoint/datasets/published/knownSets"
import { type PulledFile, pull, verify } from "@saddlepoint/datasets/published/pull"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { attempt, WrongCall } from "../exit.ts"
import { json } from "../flags.ts"
import { say } from "../say.ts"

const list = Command.make(
  "list",
  { json },
  Effect.fn(function* (options) {
    const sets = yield* attempt(() => Promise.all(knownSets.map(standing)))
    yield* say(options.json ? JSON.stringify({ sets }) : sets.map(lineOf).join("\n"))
  }),
).pipe(
  Command.withDescription(
    "Show which published sets are here, whether they are the published files, and their licences",
  ),
)

const pullCommand = Command.make(
  "pull",
  {
    name: Argument.String("name").pipe(
      Argument.withDescription("a set, or a dataset whose sets are wanted, e.g. mnist or mnistM"),
    ),
    from: Flag.String("from").pipe(
      Flag.withDescription("a folder or an address that holds the files, in place of the mirrors"),
      Flag.optional,
    ),
    json,
  },
  Effect.fn(function* (options) {
    const from = Option.getOrUndefined(options.from)
    const note = (sentence: string) => {
      if (!options.json) console.error(sentence)
    }
    const pulled = yield* attempt(async () => {
      const sets = setsOf(options.name)
      if (sets.length === 0) {
        throw new WrongCall(
          `Expected a set that can be pulled, but got ${options.name}; there are ${knownSets.map(({ name }) => name).join(", ")}.`,
        )
      }
      const mirrors = await mirrorsOf(process.env.SADDLEPOINT_MIRRORS)
      const done: Pulled[] = []
      for (const set of sets) {
        const folder = pullFolder(set.name)
        const files = await pull(set, folder, { ...(from === undefined ? {} : { from }), mirrors, say: note })
        done.push({ set: set.name, folder, licence: set.licence, files })
      }
      return done
    })
    const lines = pulled.map(({ set, folder, licence, files }) => {
      const kept = files.filter(({ outcome }) => outcome === "kept").length
      return `${set}: ${files.length - kept} files pulled into ${folder}, ${kept} were there. Licence: ${licence}`
    })
    yield* say(options.json ? JSON.stringify({ pulled }) : lines.join("\n"))
  }),
).pipe(
  Command.withDescription("Bring a published set here, from its mirrors or a folder, and check its bytes"),
)

export const datasets = Command.make("datasets").pipe(
  Command.withDescription("List the published sets, or pull one"),
  Command.withSubcommands([list, pullCommand]),
)

/** A set that was brought here. */
interface Pulled {
  readonly set: string
  readonly folder: string
  readonly licence: string
  readonly files: readonly PulledFile[]
}

interface Standing {
  readonly name: string
  readonly folder: string
  readonly datasets: readonly string[]
  readonly licence: string
  /** `published` where every file of one form is the published one. */
  readonly state: "published" | "other" | "incomplete" | "missing"
}

async function standing({ name, datasets, licence, forms }: KnownSet): Promise<Standing> {
  const folder = dataFolder(name)
  const found = await Promise.all(forms.map((form) => verify(form, folder)))
  const some = (holds: (states: (typeof found)[number]) => boolean) => found.some(holds)
  const state = some((states) => states.every((file) => file === "published"))
    ? "published"
    : some((states) => states.every((file) => file !== "missing"))
      ? "other"
      : some((states) => states.some((file) => file !== "missing"))
        ? "incomplete"
        : "missing"
  return { name, folder, datasets, licence, state }
}

const words: Readonly<Record<Standing["state"], string>> = {
  published: "the published files",
  other: "all files, but not the published ones",
  incomplete: "some files are missing",
  missing: "not here",
}

function lineOf({ name, folder, datasets, licence, state }: Standing): string {
  const readers = datasets.join(", ") || "imageFolder, of its folders"
  return `${name.padEnd(14)} ${words[state].padEnd(38)} for ${readers}; ${folder}\n${" ".repeat(15)}${licence}`
}

/** The table of a file of mirrors, addresses by set. */
const MirrorTable = Schema.Record(Schema.String, Schema.Array(Schema.String))

async function mirrorsOf(path: string | undefined): Promise<typeof MirrorTable.Type> {
  if (!path) return {}
  try {
    return Schema.decodeUnknownSync(MirrorTable)(JSON.parse(await readFile(path, "utf8")))
  } catch (cause) {
    throw new WrongCall(
      `Expected SADDLEPOINT_MIRRORS to name a JSON file of addresses by set, e.g. {"mnist": ["https://..."]}, but ${path} is none ` +
        `(${(cause as Error).message.split("\n")[0]}); correct it or unset the variable.`,
    )
  }
}
