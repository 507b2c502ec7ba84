import * as Command from "effect/cli/Command"

/** A command as the root takes it, whatever its flags. */
// biome-ignore lint/suspicious/noExplicitAny: every command has a name and flags of its own type
type AnyCommand = Command.Command<any, any, object, Error, Command.Environment>

interface Entry {
  /** One line of `--help`. */
  readonly about: string
  /** Loads the command's code, and engines with it where it needs them. */
  readonly load: () => Promise<AnyCommand>
}

/** Every command, in the order of `--help`. Only the one that is called is loaded: the engines take a second. */
const table: Readonly<Record<string, Entry>> = {
  init: {
    about: "Write a project with an experiment that runs at once, or a plug-in, to begin with",
    load: async () => (await import("./commands/init.ts")).init,
  },
  plan: {
    about: "Show the trials of an experiment, what is done, what it will take, and what its seeds can show",
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  show: {
    about: "Print a definition with its profile, overrides and all defaults",
    load: async () => (await import("./commands/show.ts")).show,
  },
  run: {
    about: "Play what is missing of an experiment, judge it and write the report",
    load: async () => (await import("./commands/run.ts")).run,
  },
  evaluate: {
    about: "Judge what is trained by the metrics that have not judged it, and train no arm",
    load: async () => (await import("./commands/evaluate.ts")).evaluate,
  },
  retry: {
    about: "Play the trials whose last attempt failed once more",
    load: async () => (await import("./commands/retry.ts")).retry,
  },
  status: {
    about: "Show where every trial stands, from the run store alone",
    load: async () => (await import("./commands/status.ts")).status,
  },
  list: {
    about: "Show the experiments of a run store: what they ask, how far they are, their size",
    load: async () => (await import("./commands/list.ts")).list,
  },
  search: {
    about: "Play a search on the validation split and freeze what it chose",
    load: async () => (await import("./commands/search.ts")).search,
  },
  report: {
    about: "Write the report of an experiment again from what its run store has",
    load: async () => (await import("./commands/report.ts")).report,
  },
  collect: {
    about: "Print every published result of an experiment, from the run store alone",
    load: async () => (await import("./commands/collect.ts")).collect,
  },
  best: {
    about: "Show the best results of an experiment's arms by a metric",
    load: async () => (await import("./commands/best.ts")).best,
  },
  compare: {
    about:
      "Show in which fields two trials differ, and their metrics side by side where they may be compared",
    load: async () => (await import("./commands/compare.ts")).compare,
  },
  sample: {
    about: "Write images that a finished trial makes: samples, or translations of a folder",
    load: async () => (await import("./commands/sample.ts")).sample,
  },
  walk: {
    about:
      "Walk between latent vectors of a finished trial that draws samples: a sheet, an animation, how even it is",
    load: async () => (await import("./commands/walk.ts")).walk,
  },
  verify: {
    about: "Play a finished trial again and compare it with its record, bit for bit",
    load: async () => (await import("./commands/verify.ts")).verify,
  },
  gc: {
    about: "Remove what a run store does not need any more; never a published result",
    load: async () => (await import("./commands/gc.ts")).gc,
  },
  delete: {
    about: "Delete an experiment from a run store, or its trials of earlier definitions",
    load: async () => (await import("./commands/delete.ts")).deleteExperiment,
  },
  laws: {
    about: "Check the laws of every built-in loss or strategy, or of those that a file exports",
    load: async () => (await import("./commands/laws.ts")).laws,
  },
  judge: {
    about: "Compare a folder of generated images with one of real images, over InceptionV3",
    load: async () => (await import("./commands/judge.ts")).judge,
  },
  golden: {
    about:
      "Recompute every reference number of a folder, or play every recorded training, and compare at the stated tolerances",
    load: async () => (await import("./commands/golden.ts")).golden,
  },
  datasets: {
    about: "List the published sets that datasets read, or pull one",
    load: async () => (await import("./commands/datasets.ts")).datasets,
  },
  doctor: {
    about: "Show what would run where, how fast, and why not",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
}

/** Flags of the root that show or ask for every command's own flags. */
const showsAll = /^--(completions|wizard)\b/

/** The commands for these words: the one that is called with its flags, the others by name and description only. */
export async function openCommands(words: readonly string[]): Promise<readonly AnyCommand[]> {
  const called = words.find((word) => Object.hasOwn(table, word))
  const all = words.some((word) => showsAll.test(word))
  const open = async ([name, { about, load }]: [string, Entry]) => {
    const command = all || name === called ? await load() : Command.make(name)
    return command.pipe(Command.withDescription(about))
  }
  return Promise.all(Object.entries(table).map(open))
}
