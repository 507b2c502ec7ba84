import { randomUUID } from "node:crypto"

/** An answer of the server in the tests. */
export interface Reply {
  readonly status: number
  readonly body: unknown
}

export interface StoredRun {
  readonly id: string
  readonly experiment: string
  name: string
  status: string
  readonly startTime: number
  endTime?: number
  deleted: boolean
  readonly tags: Map<string, string>
  readonly params: Map<string, string>
  /** By key; a point is stored once. */
  readonly metrics: Map<string, StoredPoint[]>
}

export interface StoredPoint {
  readonly value: number
  readonly timestamp: number
  readonly step: number
}

export interface StoredExperiment {
  readonly id: string
  readonly name: string
  deleted: boolean
}

type Fields = Record<string, unknown>

const problem = (code: string, message: string, status = 400): Reply => ({
  status,
  body: { error_code: code, message },
})
const wrong = (message: string) => problem("INVALID_PARAMETER_VALUE", message)

/**
 * What an MLflow server keeps, and how it answers: it refuses what a real one refuses, and stores what a real one stores
 * where that takes a wrong value in silence. Written from observations of MLflow 2.22 and 3.11.
 */
export function openBooks(version: "2.22" | "3.11", pageSize: number) {
  const experiments = new Map<string, StoredExperiment>()
  const runs = new Map<string, StoredRun>()

  const runOf = (id: unknown): StoredRun | Reply => {
    const run = runs.get(String(id))
    if (run === undefined) return problem("RESOURCE_DOES_NOT_EXIST", `Run with id=${id} not found`, 404)
    return run.deleted ? wrong(`The run ${id} must be in the 'active' state. Current state is deleted.`) : run
  }
  const answerOf = (run: StoredRun) => ({
    info: {
      run_id: run.id,
      run_uuid: run.id,
      run_name: run.name,
      experiment_id: run.experiment,
      status: run.status,
      start_time: run.startTime,
      ...(run.endTime === undefined ? {} : { end_time: run.endTime }),
      lifecycle_stage: run.deleted ? "deleted" : "active",
    },
    data: {
      ...listed("params", run.params),
      ...listed("tags", run.tags),
      ...(run.metrics.size === 0
        ? {}
        : { metrics: [...run.metrics].map(([key, points]) => latest(key, points)) }),
    },
  })
  const writeTag = (run: StoredRun, key: string, value: string) => {
    run.tags.set(key, value.slice(0, 8000))
    if (key === "mlflow.runName") run.name = value
  }

  const routes: Record<string, (fields: Fields) => Reply> = {
    "GET experiments/get-by-name": ({ experiment_name: name }) => {
      const found = [...experiments.values()].find((one) => one.name === name)
      if (found === undefined) {
        return problem("RESOURCE_DOES_NOT_EXIST", `Could not find experiment with name '${name}'`, 404)
      }
      const lifecycle_stage = found.deleted ? "deleted" : "active"
      return ok({ experiment: { experiment_id: found.id, name: found.name, lifecycle_stage } })
    },
    "POST experiments/create": ({ name }) => {
      if (typeof name !== "string" || name === "")
        return wrong("Missing value for required parameter 'name'.")
      if ([...experiments.values()].some((one) => one.name === name)) {
        return problem("RESOURCE_ALREADY_EXISTS", `Experiment(name=${name}) already exists.`)
      }
      const id = String(experiments.size + 1)
      experiments.set(id, { id, name, deleted: false })
      return ok({ experiment_id: id })
    },
    "POST runs/create": ({ experiment_id, start_time, run_name, tags }) => {
      if (typeof experiment_id !== "string") return wrong("Invalid value for parameter 'experiment_id'.")
      const experiment = experiments.get(experiment_id)
      if (experiment === undefined)
        return problem("BAD_REQUEST", "(IntegrityError) FOREIGN KEY constraint failed")
      if (experiment.deleted) return wrong(`The experiment ${experiment_id} must be in the 'active' state.`)
      const id = randomUUID().replaceAll("-", "")
      const run: StoredRun = {
        id,
        experiment: experiment_id,
        name: "",
        status: "RUNNING",
        startTime: whole(start_time) ?? 0,
        deleted: false,
        tags: new Map(),
        params: new Map(),
        metrics: new Map(),
      }
      const entries = untilBad(list(tags), (tag) => typeof tag.value === "string")
      for (const { key } of entries.kept) if (!isLegalKey(key)) return wrong(`Invalid tag name: '${key}'.`)
      for (const { key, value } of entries.kept) writeTag(run, String(key), String(value))
      const name = typeof run_name === "string" && run_name !== "" ? run_name : "adjective-animal-123"
      if (run.tags.has("mlflow.runName") && run.tags.get("mlflow.runName") !== name) {
        return wrong(
          "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values",
        )
      }
      writeTag(run, "mlflow.runName", name)
      runs.set(id, run)
      return ok({ run: answerOf(run) })
    },
    "GET runs/get": ({ run_id }) => {
      const run = runs.get(String(run_id))
      return run === undefined
        ? problem("RESOURCE_DOES_NOT_EXIST", `Run with id=${run_id} not found`, 404)
        : ok({ run: answerOf(run) })
    },
    "POST runs/update": ({ run_id, status, end_time }) => {
      const run = runOf(run_id)
      if ("body" in run) return run
      const known = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"]
      if (known.includes(String(status))) run.status = String(status)
      const end = whole(end_time)
      if (end !== undefined) run.endTime = end
      return ok({ run_info: answerOf(run).info })
    },
    "POST runs/delete": ({ run_id }) => {
      const run = runs.get(String(run_id))
      if (run !== undefined) run.deleted = true
      return ok({})
    },
    "POST runs/search": ({ experiment_ids, filter, max_results, page_token }) => {
      if (whole(max_results) === undefined || Number(max_results) > 50_000) {
        return wrong("Invalid value for parameter 'max_results' supplied.")
      }
      const test = readFilter(String(filter ?? ""))
      if (test === undefined) return wrong(`Invalid filter: ${filter}`)
      const found = [...runs.values()]
        .filter((run) => !run.deleted && list(experiment_ids).includes(run.experiment as never) && test(run))
        .sort((a, b) => a.startTime - b.startTime || (a.id < b.id ? -1 : 1))
      const from = Number(page_token ?? 0)
      const page = found.slice(from, from + Math.min(pageSize, Number(max_results)))
      const more = from + page.length < found.length
      return ok({
        ...(page.length === 0 ? {} : { runs: page.map(answerOf) }),
        ...(more ? { next_page_token: String(from + page.length) } : {}),
      })
    },
    "POST runs/set-tag": ({ run_id, key, value }) => {
      const run = runOf(run_id)
      if ("body" in run) return run
      if (!isLegalKey(key)) return wrong(`Invalid tag name: '${key}'.`)
      writeTag(run, String(key), String(value ?? ""))
      return ok({})
    },
    "POST runs/log-batch": (fields) => {
      const run = runOf(fields.run_id)
      if ("body" in run) return run
      const counts = ["metrics", "params", "tags"].map((name) => list(fields[name]).length)
      const [metricCount = 0, paramCount = 0, tagCount = 0] = counts
      if (
        metricCount > 1000 ||
        paramCount > 100 ||
        tagCount > 100 ||
        metricCount + paramCount + tagCount > 1000
      ) {
        return wrong(
          "A batch logging request can contain at most 1000 metrics, 100 params, 100 tags, 1000 in total.",
        )
      }
      const parsed = parseBatch(fields)
      const keys = [...parsed.metrics, ...parsed.params, ...parsed.tags].map(({ key }) => key)
      for (const key of keys)
        if (!isLegalKey(key)) return wrong(`Invalid value "${key}" for a name supplied.`)
      if (new Set(parsed.params.map(({ key }) => key)).size < parsed.params.length) {
        return wrong("Duplicate parameter keys have been submitted.")
      }
      for (const { key, value } of parsed.params) {
        const before = run.params.get(key)
        if (before !== undefined && before !== value.slice(0, 6000)) {
          return wrong(`Changing param values is not allowed. Param with key='${key}' was already logged.`)
        }
      }
      const sameTwice =
        new Set(parsed.metrics.map((point) => JSON.stringify(point))).size < parsed.metrics.length
      if (version === "2.22" && sameTwice) {
        return problem("BAD_REQUEST", "(sqlite3.IntegrityError) UNIQUE constraint failed: metrics.key")
      }
      for (const { key, value } of parsed.params) run.params.set(key, value.slice(0, 6000))
      for (const { key, value } of parsed.tags) writeTag(run, key, value)
      for (const { key, ...point } of parsed.metrics) {
        const points = run.metrics.get(key) ?? []
        run.metrics.set(key, points)
        if (!points.some((other) => JSON.stringify(other) === JSON.stringify(point))) points.push(point)
      }
      return ok({})
    },
  }
  return {
    experiments,
    runs,
    answer: (method: string, path: string, fields: Fields) => routes[`${method} ${path}`]?.(fields),
  }
}

const ok = (body: unknown): Reply => ({ status: 200, body })

function listed(name: string, values: ReadonlyMap<string, string>) {
  return values.size === 0 ? {} : { [name]: [...values].map(([key, value]) => ({ key, value })) }
}

function latest(key: string, points: readonly StoredPoint[]) {
  const [best] = [...points].sort((a, b) => b.step - a.step || b.timestamp - a.timestamp || b.value - a.value)
  const value = Number.isNaN(best!.value) ? "NaN" : best!.value
  return { key, ...best!, value }
}

const list = (value: unknown): Fields[] => (Array.isArray(value) ? value : [])

/** The server's own rule, written apart from the client's. */
function isLegalKey(key: unknown): boolean {
  if (typeof key !== "string" || key === "" || [...key].length > 250) return false
  if (!/^[/\p{L}\p{N}_.\- :]+$/u.test(key)) return false
  return !(key.startsWith("/") || key.startsWith("..") || key === "." || normal(key) !== key)
}

function normal(path: string): string {
  const parts: string[] = []
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop()
    else parts.push(part)
  }
  return parts.join("/") || "."
}

/** An int64 as the server reads it; undefined for what it does not take. */
function whole(value: unknown): number | undefined {
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) ? (number as number) : undefined
}

function untilBad(entries: readonly Fields[], isGood: (entry: Fields) => boolean) {
  const bad = entries.findIndex((entry) => !isGood(entry))
  return { kept: bad < 0 ? [...entries] : entries.slice(0, bad), bad: bad < 0 ? undefined : entries[bad] }
}

const specials: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.MAX_VALUE,
  "-Infinity": -Number.MAX_VALUE,
}

/** What is kept of a batch: in the order of the body, all before the first bad value, and of that entry what came before it. */
function parseBatch(fields: Fields) {
  const metrics: ({ key: string } & StoredPoint)[] = []
  const texts = {
    params: [] as { key: string; value: string }[],
    tags: [] as { key: string; value: string }[],
  }
  for (const [name, entries] of Object.entries(fields)) {
    if (name === "metrics") {
      const numberOf = (value: unknown) =>
        typeof value === "string" ? (specials[value] ?? Number(value)) : value === true ? 1 : value
      const { kept, bad } = untilBad(
        list(entries),
        ({ value, timestamp, step = 0 }) =>
          typeof numberOf(value) === "number" &&
          (value === "NaN" || Number.isFinite(numberOf(value))) &&
          whole(timestamp) !== undefined &&
          whole(step) !== undefined,
      )
      for (const { key, value, timestamp, step = 0 } of kept) {
        metrics.push({
          key: String(key),
          value: numberOf(value) as number,
          timestamp: whole(timestamp)!,
          step: whole(step)!,
        })
      }
      if (bad === undefined) continue
      const value = Number.isFinite(numberOf(bad.value)) ? (numberOf(bad.value) as number) : 0
      metrics.push({ key: String(bad.key), value, timestamp: 0, step: 0 })
      return { metrics, ...texts }
    }
    if (name !== "params" && name !== "tags") continue
    const { kept, bad } = untilBad(list(entries), ({ value }) => typeof value === "string")
    texts[name].push(...(kept as { key: string; value: string }[]))
    if (bad === undefined) continue
    texts[name].push({ key: String(bad.key), value: "" })
    return { metrics, ...texts }
  }
  return { metrics, ...texts }
}

/** ``tags.`key` = 'text'`` joined by AND: what this client needs of MLflow's filters. */
function readFilter(filter: string): ((run: StoredRun) => boolean) | undefined {
  if (filter === "") return () => true
  const parts = filter.split(" AND ").map((part) => /^tags\.`([^`]+)` = '([^']*)'$/.exec(part.trim()))
  if (parts.some((part) => part === null)) return undefined
  return (run) => parts.every((part) => run.tags.get(part![1]!) === part![2])
}
