/** A request that an MLflow server did not take, in one sentence. */
export class MlflowError extends Error {
  override readonly name = "MlflowError"
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined
  /** MLflow's own word, e.g. `RESOURCE_ALREADY_EXISTS`. */
  readonly code: string | undefined
  /** Whether the same request may succeed later. */
  readonly passing: boolean
  /** Milliseconds that the server asks to wait. */
  readonly wait: number | undefined

  constructor(
    sentence: string,
    facts: { status?: number; code?: string; passing?: boolean; wait?: number | undefined } = {},
  ) {
    super(sentence)
    this.status = facts.status
    this.code = facts.code
    this.passing = facts.passing ?? false
    this.wait = facts.wait
  }
}

/** An answer as it came. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly retryAfter?: string | undefined
  /** Where a redirection leads. */
  readonly location?: string | undefined
}

const passingStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

/** A busy database comes as a mistake of ours: 400 BAD_REQUEST. */
const busyDatabase = /QueuePool|database is locked|OperationalError/

/** A server that was started without artifacts says 503, and will say so for ever. */
const withoutArtifacts = /--no-serve-artifacts|artifacts?\b.{0,60}\bdisabled/is

/** The error that an answer other than 2xx stands for. `what` names the request, e.g. `runs/create`. */
export function errorOf(what: string, { status, body, retryAfter, location }: Answer): MlflowError {
  const { code, message } = readBody(body)
  if (status >= 300 && status < 400) {
    const target = location !== undefined && URL.canParse(location) ? ` to ${new URL(location).origin}` : ""
    return new MlflowError(
      `Expected MLflow to answer ${what}, but ${status} redirects${target}: set MLFLOW_TRACKING_URI to where the server is.`,
      { status },
    )
  }
  const passing =
    (passingStatuses.has(status) && !withoutArtifacts.test(body)) ||
    (status === 400 && busyDatabase.test(body))
  const said = [status, code, message && `"${message}"`].filter(Boolean).join(" ")
  return new MlflowError(`Expected MLflow to take ${what}, but got ${said}${adviceFor(status)}.`, {
    status,
    passing,
    ...(code === undefined ? {} : { code }),
    wait: waitOf(retryAfter),
  })
}

function adviceFor(status: number): string {
  if (status === 401) {
    return ": set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
  }
  if (status === 403) return ": this account may not write there"
  return ""
}

/** Errors come as JSON, as HTML or as plain text. */
function readBody(body: string): { readonly code?: string; readonly message: string } {
  try {
    const value = JSON.parse(body)
    const { error_code: code, message, detail } = value
    const text = short(typeof message === "string" ? message : typeof detail === "string" ? detail : "")
    return typeof code === "string" ? { code: short(code), message: text } : { message: text }
  } catch {
    const words = body.replace(/<(style|script|head)\b.*?<\/\1>/gis, " ").replace(/<[^>]*>/g, " ")
    return { message: short(words) }
  }
}

function short(text: string): string {
  const line = text.replace(/\s+/g, " ").trim()
  return line.length <= 300 ? line : `${line.slice(0, 300)}…`
}

/** `Retry-After`: seconds, or a date. */
function waitOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined
  if (/^\s*\d+(\.\d+)?\s*$/.test(retryAfter)) return Number(retryAfter) * 1000
  const date = Date.parse(retryAfter)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}
