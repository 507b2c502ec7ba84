import { readFileSync } from "node:fs"
import { Agent as PlainAgent } from "node:http"
import { Agent, type AgentOptions } from "node:https"
import { homedir } from "node:os"
import { join } from "node:path"

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where an MLflow server is and how it knows us. */
export interface Connection {
  /** The tracking URI with its path, without credentials and without "/" at its end. */
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
  readonly agents: { readonly httpAgent: PlainAgent; readonly httpsAgent: Agent }
  /** Texts that no message may show. */
  readonly secrets: readonly string[]
}

/**
 * Reads how to reach an MLflow server, from the variables that MLflow's own clients read: `MLFLOW_TRACKING_USERNAME` and
 * `_PASSWORD` (each from `~/.mlflow/credentials` where it is not set), which win over `MLFLOW_TRACKING_TOKEN`;
 * `MLFLOW_TRACKING_INSECURE_TLS`, `_SERVER_CERT_PATH`, `_CLIENT_CERT_PATH`; `MLFLOW_WORKSPACE`.
 *
 * @param home folder that holds `.mlflow/credentials`
 * @throws Error in one sentence, which shows no credentials
 */
export function readConnection(
  uri: string | undefined,
  environment: Environment,
  home: string = homedir(),
): Connection {
  const address = readAddress(uri)
  const credentials = readCredentials(join(home, ".mlflow", "credentials"))
  const username =
    environment.MLFLOW_TRACKING_USERNAME || credentials.mlflow_tracking_username || decoded(address.username)
  const password =
    environment.MLFLOW_TRACKING_PASSWORD || credentials.mlflow_tracking_password || decoded(address.password)
  const token = environment.MLFLOW_TRACKING_TOKEN?.trim()
  const headers: Record<string, string> = {}
  const secrets: string[] = []
  if (username && password) {
    const basic = Buffer.from(`${username}:${password}`).toString("base64")
    headers.Authorization = `Basic ${basic}`
    secrets.push(basic, password)
  } else if (token) {
    headers.Authorization = `Bearer ${headerText(token, "MLFLOW_TRACKING_TOKEN")}`
  }
  // What is not used now is a secret all the same.
  if (token) secrets.push(token)
  const workspace = environment.MLFLOW_WORKSPACE?.trim()
  if (workspace) headers["X-MLFLOW-WORKSPACE"] = headerText(workspace, "MLFLOW_WORKSPACE")
  const path = address.pathname.replace(/\/+$/, "")
  return {
    base: `${address.protocol}//${address.host}${path}`,
    headers,
    agents: {
      httpAgent: new PlainAgent({ keepAlive: true }),
      httpsAgent: new Agent({ keepAlive: true, ...readTls(environment) }),
    },
    secrets,
  }
}

function readAddress(uri: string | undefined): URL {
  const hint = "set MLFLOW_TRACKING_URI to the server's address, e.g. http://localhost:5000"
  if (!uri?.trim()) throw new Error(`Expected the address of an MLflow server, but none is given: ${hint}.`)
  const address = URL.canParse(uri.trim()) ? new URL(uri.trim()) : undefined
  if (address?.protocol === "http:" || address?.protocol === "https:") return address
  // The text itself may hold a password, so only its beginning is shown.
  const scheme = /^[A-Za-z][\w+.-]*:/.exec(uri.trim())?.[0]
  const got = scheme === undefined ? "something else" : `one that begins with ${scheme}`
  throw new Error(
    `Expected the address of an MLflow server to begin with http:// or https://, but got ${got}: ${hint}.`,
  )
}

/** The keys of section [mlflow]; none when there is no such file. */
function readCredentials(file: string): Readonly<Record<string, string>> {
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch {
    return {}
  }
  const values: Record<string, string> = {}
  let section = ""
  for (const line of text.split(/\r?\n/)) {
    const title = /^\s*\[(.*)\]\s*$/.exec(line)
    const pair = /^\s*([^=:#;\s]+)\s*[=:]\s*(.*?)\s*$/.exec(line)
    if (title !== null) section = title[1]!
    else if (pair !== null && section === "mlflow") values[pair[1]!.toLowerCase()] = pair[2]!
  }
  return values
}

function readTls(environment: Environment): AgentOptions {
  const { MLFLOW_TRACKING_SERVER_CERT_PATH: authorities, MLFLOW_TRACKING_CLIENT_CERT_PATH: client } =
    environment
  const insecure = isTrue(environment.MLFLOW_TRACKING_INSECURE_TLS)
  if (insecure && authorities) {
    throw new Error(
      "Expected only one of MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH, but both are set: unset one.",
    )
  }
  const own = client ? readPem(client, "MLFLOW_TRACKING_CLIENT_CERT_PATH") : undefined
  return {
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(authorities ? { ca: readPem(authorities, "MLFLOW_TRACKING_SERVER_CERT_PATH") } : {}),
    ...(own === undefined ? {} : { cert: own, key: own }),
  }
}

function isTrue(value: string | undefined): boolean {
  const word = (value ?? "").trim().toLowerCase()
  if (["true", "1"].includes(word)) return true
  if (["false", "0", ""].includes(word)) return false
  throw new Error(
    `Expected MLFLOW_TRACKING_INSECURE_TLS to be true or false, but got ${JSON.stringify(value)}.`,
  )
}

function readPem(file: string, variable: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch {
    throw new Error(`Expected ${variable} to name a file in PEM format that can be read, but it does not.`)
  }
}

function headerText(value: string, variable: string): string {
  if (/^[\x20-\x7E]+$/.test(value)) return value
  throw new Error(`Expected ${variable} to hold plain ASCII characters only, because it travels in a header.`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
