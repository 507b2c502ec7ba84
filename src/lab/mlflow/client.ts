import type { Json, JsonObject } from "@saddlepoint/core/contracts/json"
import { isObject } from "@saddlepoint/core/contracts/json"
import { type Logged, legalBatches } from "./batches.ts"
import type { Connection } from "./connection.ts"
import { MlflowError } from "./mlflowError.ts"
import { openTransport, type Patience, usualPatience } from "./transport.ts"
import { legalKey, legalText, limits, type RunStatus, runStatus, timestamp } from "./values.ts"

/** A run as the server knows it. */
export interface Run {
  readonly id: string
  /** Text: the ids of some stores are larger than exact numbers. */
  readonly experiment: string
  readonly name: string
  readonly status: string
  /** The highest step of every metric. */
  readonly lastSteps: ReadonlyMap<string, number>
  readonly params: ReadonlyMap<string, string>
  readonly tags: ReadonlyMap<string, string>
}

/** What a run begins with. */
export interface RunStart {
  readonly experiment: string
  readonly name: string
  /** Milliseconds since 1970. */
  readonly startTime: number
  readonly tags: Readonly<Record<string, Json>>
}

/**
 * An MLflow server's experiments and runs. Values are made legal as `values.ts` says. All calls try again for as long as
 * `Patience` says, except `createRun`; they fail with an MlflowError of one sentence.
 */
export interface Mlflow {
  /** The id of the experiment of this name, which is made if there is none. A deleted one is an error. */
  ensureExperiment(name: string): Promise<string>
  /** Sent once: whoever hears nothing cannot know whether the run was made. `ensureRun` looks first. */
  createRun(start: RunStart): Promise<Run>
  /**
   * The first run with these tags; made if there is none. MLflow cannot do both at once: a client that finds after the
   * making that another one began earlier takes its own back. Two that make theirs within the same request's time may
   * still both stay.
   */
  ensureRun(tags: Readonly<Record<string, string>>, start: RunStart): Promise<Run>
  /** All runs of an experiment that match MLflow's filter, the oldest first. */
  searchRuns(experiment: string, filter: string): Promise<readonly Run[]>
  getRun(id: string): Promise<Run>
  /** @param change `endTime` in milliseconds since 1970 */
  updateRun(id: string, change: { readonly status?: RunStatus; readonly endTime?: number }): Promise<void>
  /** Writes everything in order, in as many batches as it takes. Sending the same again changes nothing. */
  log(id: string, logged: Logged): Promise<void>
  setTag(id: string, key: string, value: Json): Promise<void>
}

/** @param signal ends everything that is under way; nothing can be asked after that */
export function openMlflow(
  connection: Connection,
  {
    patience = usualPatience,
    signal = new AbortController().signal,
  }: { patience?: Patience; signal?: AbortSignal } = {},
): Mlflow {
  const { send, persist } = openTransport(connection, patience, signal)

  const findExperiment = async (name: string): Promise<string | undefined> => {
    let answer: JsonObject
    try {
      answer = await send("GET", "experiments/get-by-name", { experiment_name: name })
    } catch (error) {
      if (error instanceof MlflowError && error.code === "RESOURCE_DOES_NOT_EXIST") return undefined
      throw error
    }
    const experiment = objectIn(answer, "experiment")
    if (experiment.lifecycle_stage === "deleted") {
      throw new MlflowError(
        `Expected the MLflow experiment ${JSON.stringify(name)} to be active, but it is deleted there: restore it, or give yours another name.`,
      )
    }
    return textIn(experiment, "experiment_id")
  }

  const search = async (experiment: string, filter: string): Promise<Run[]> => {
    const runs: Run[] = []
    for (let token: string | undefined; ; ) {
      const answer = await send("POST", "runs/search", {
        experiment_ids: [experiment],
        filter,
        max_results: 1000,
        // Servers break ties by the run's id.
        order_by: ["attributes.start_time ASC"],
        ...(token === undefined ? {} : { page_token: token }),
      })
      runs.push(...objectsIn(answer, "runs").map(readRun))
      const next = answer.next_page_token
      if (typeof next !== "string" || next === "" || next === token) return runs
      token = next
    }
  }

  const createRun = async ({ experiment, name, startTime, tags }: RunStart) =>
    readRun(
      objectIn(
        await send("POST", "runs/create", {
          experiment_id: experiment,
          run_name: legalText(name, limits.runName),
          start_time: timestamp(startTime),
          tags: Object.entries(tags).map(([key, value]) => ({
            key: legalKey(key),
            value: legalText(value, limits.tag),
          })),
        }),
        "run",
      ),
    )

  return {
    createRun,
    ensureExperiment: (name) =>
      persist(async () => {
        const known = await findExperiment(name)
        if (known !== undefined) return known
        try {
          return textIn(await send("POST", "experiments/create", { name }), "experiment_id")
        } catch (error) {
          if (!(error instanceof MlflowError) || error.code !== "RESOURCE_ALREADY_EXISTS") throw error
          const made = await findExperiment(name)
          if (made === undefined) throw error
          return made
        }
      }),
    ensureRun(tags, start) {
      const filter = Object.entries(tags)
        .map(([key, value]) => `tags.\`${legalKey(key)}\` = '${quotable(value)}'`)
        .join(" AND ")
      return persist(async () => {
        const [known] = await search(start.experiment, filter)
        if (known !== undefined) return known
        const made = await createRun({ ...start, tags: { ...start.tags, ...tags } })
        // Somebody else may have looked at the same moment.
        const [first = made] = await search(start.experiment, filter)
        if (first.id !== made.id) await send("POST", "runs/delete", { run_id: made.id })
        return first
      })
    },
    searchRuns: (experiment, filter) => persist(() => search(experiment, filter)),
    getRun: (id) =>
      persist(async () => readRun(objectIn(await send("GET", "runs/get", { run_id: id }), "run"))),
    async updateRun(id, { status, endTime }) {
      const change = {
        run_id: id,
        ...(status === undefined ? {} : { status: runStatus(status) }),
        ...(endTime === undefined ? {} : { end_time: timestamp(endTime) }),
      }
      await persist(() => send("POST", "runs/update", change))
    },
    async log(id, logged) {
      for (const { metrics, params, tags } of legalBatches(logged)) {
        await persist(() => send("POST", "runs/log-batch", { run_id: id, params, tags, metrics }))
      }
    },
    async setTag(id, key, value) {
      const tag = { run_id: id, key: legalKey(key), value: legalText(value, limits.tag) }
      await persist(() => send("POST", "runs/set-tag", tag))
    },
  }
}

/** Empty lists and fields without a value are simply absent from answers. */
function readRun(run: JsonObject): Run {
  const info = objectIn(run, "info")
  const data = isObject(run.data ?? null) ? (run.data as JsonObject) : {}
  const texts = (name: string) =>
    new Map(objectsIn(data, name).map(({ key, value }) => [String(key), String(value ?? "")]))
  return {
    id: textIn(info, "run_id"),
    experiment: textIn(info, "experiment_id"),
    name: typeof info.run_name === "string" ? info.run_name : "",
    status: typeof info.status === "string" ? info.status : "RUNNING",
    lastSteps: new Map(objectsIn(data, "metrics").map(({ key, step }) => [String(key), Number(step ?? 0)])),
    params: texts("params"),
    tags: texts("tags"),
  }
}

function objectIn(holder: JsonObject, name: string): JsonObject {
  const value = holder[name] ?? null
  if (isObject(value)) return value
  throw new MlflowError(
    `Expected MLflow's answer to hold "${name}", but it does not: it may be another server.`,
  )
}

function objectsIn(holder: JsonObject, name: string): readonly JsonObject[] {
  const value = holder[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}

function textIn(holder: JsonObject, name: string): string {
  const value = holder[name]
  if (typeof value === "string" || typeof value === "number") return String(value)
  throw new MlflowError(
    `Expected MLflow's answer to hold "${name}", but it does not: it may be another server.`,
  )
}

/** MLflow's filters know no way to write a quote within quotes. */
function quotable(value: string): string {
  if (!/['\\]/.test(value)) return value
  throw new RangeError(
    `Expected a tag to look for without quotes and backslashes, but got ${JSON.stringify(value)}.`,
  )
}
