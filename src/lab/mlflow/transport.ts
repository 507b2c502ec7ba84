import { setMaxListeners } from "node:events"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import axios, { isAxiosError } from "axios"
import type { Connection } from "./connection.ts"
import { errorOf, MlflowError } from "./mlflowError.ts"
import { scrubbed } from "./scrubbed.ts"

/** How long to try. */
export interface Patience {
  /** Tries after the first one. */
  readonly retries: number
  /** Milliseconds before the second try; every further pause is twice as long, all by a random factor of 0.5 to 1.5. */
  readonly pause: number
  /** Milliseconds that one try may take. */
  readonly timeout: number
}

export const usualPatience: Patience = { retries: 5, pause: 500, timeout: 30_000 }

/** The default server has 15 database connections; more requests than this at once make it fail. */
const mostInFlight = 8

/** A server that asks for a longer pause, in milliseconds, is not waited for. */
const longestWait = 60_000

export interface Transport {
  /** Sends one request, once. `path` is below `/api/2.0/mlflow/`; gives the answer's JSON. */
  send(method: "GET" | "POST", path: string, payload: JsonObject): Promise<JsonObject>
  /** Does `work` again while it fails with an error that may pass. */
  persist<T>(work: () => Promise<T>): Promise<T>
}

/**
 * HTTP to an MLflow server: at most 8 requests in flight, limited in time, ended by `signal`. All errors are MlflowErrors
 * without secrets.
 */
export function openTransport(connection: Connection, patience: Patience, signal: AbortSignal): Transport {
  const { base, headers, agents, secrets } = connection
  const clean = (text: string) => scrubbed(text, secrets)
  const gate = openGate(mostInFlight)
  // Every pause listens to it, and any number of callers may be in one.
  setMaxListeners(0, signal)
  const givenUp = () => new MlflowError("The request to MLflow was given up.")

  const exchange = async (method: "GET" | "POST", path: string, payload: JsonObject) => {
    if (signal.aborted) throw givenUp()
    const limit = AbortSignal.timeout(patience.timeout)
    try {
      const {
        status,
        data,
        headers: answered,
      } = await axios.request<string>({
        method,
        url: `${base}/api/2.0/mlflow/${path}`,
        ...(method === "GET" ? { params: payload } : { data: JSON.stringify(payload) }),
        headers: { ...headers, "Content-Type": "application/json", Accept: "application/json" },
        ...agents,
        signal: AbortSignal.any([signal, limit]),
        responseType: "text",
        transformResponse: (body: string) => body,
        validateStatus: () => true,
        // A redirected POST would become a GET, and would carry the credentials elsewhere.
        maxRedirects: 0,
      })
      const header = (name: string) => (typeof answered[name] === "string" ? answered[name] : undefined)
      return { status, body: data ?? "", retryAfter: header("retry-after"), location: header("location") }
    } catch (error) {
      if (signal.aborted) throw givenUp()
      if (limit.aborted) {
        const seconds = patience.timeout / 1000
        throw new MlflowError(`Expected an answer of MLflow to ${path}, but none came within ${seconds} s.`, {
          passing: true,
        })
      }
      throw withoutAnswer(base, error)
    }
  }

  return {
    async send(method, path, payload) {
      const answer = await gate(() => exchange(method, path, payload))
      if (answer.status < 200 || answer.status >= 300) {
        const body = clean(answer.body)
        throw errorOf(path, { ...answer, body })
      }
      try {
        const value: unknown = JSON.parse(answer.body)
        if (typeof value === "object" && value !== null) return value as JsonObject
      } catch {
        // Said below.
      }
      throw new MlflowError(
        `Expected JSON as MLflow's answer to ${path}, but got something else: MLFLOW_TRACKING_URI may name another server.`,
      )
    },
    async persist(work) {
      for (let go = 0; ; go += 1) {
        try {
          return await work()
        } catch (error) {
          if (!(error instanceof MlflowError) || !error.passing || go >= patience.retries) throw error
          const asked = error.wait ?? 0
          if (asked > longestWait) throw error
          // No result depends on this draw: it only keeps many clients from coming back at once.
          const pause = patience.pause * 2 ** go * (0.5 + Math.random())
          await sleep(Math.max(asked, Math.min(pause, longestWait)), signal)
          if (signal.aborted) throw givenUp()
        }
      }
    },
  }
}

/** Certificates do not mend themselves; everything else about a connection may. */
function withoutAnswer(base: string, error: unknown): MlflowError {
  const code = isAxiosError(error) && error.code !== undefined ? error.code : "no answer"
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|EPROTO/.test(code)
  const advice = isCertificate
    ? ": set MLFLOW_TRACKING_SERVER_CERT_PATH to the certificates to trust, or look at the address"
    : ""
  const passing = !isCertificate && !/ERR_INVALID|ERR_BAD_OPTION|ERR_NOT_SUPPORT/.test(code)
  return new MlflowError(`Expected to reach the MLflow server at ${base}, but got ${code}${advice}.`, {
    passing,
  })
}

/** Lets at most `most` works run at a time, in the order in which they came. */
function openGate(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= most) await new Promise<void>((go) => waiting.push(go))
    else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}

/** Ends early when `signal` does. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((wake) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener("abort", end)
      wake()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener("abort", end)
    if (signal.aborted) end()
  })
}
