import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { type Environment, readConnection } from "./connection.ts"

const home = mkdtempSync(join(tmpdir(), "saddlepoint-mlflow-"))
const empty = join(home, "empty")
afterAll(() => rmSync(home, { recursive: true }))
mkdirSync(join(home, ".mlflow"))
writeFileSync(
  join(home, ".mlflow", "credentials"),
  "; mine\n[other]\nmlflow_tracking_username = wrong\n[mlflow]\nmlflow_tracking_username = file\nmlflow_tracking_password = file secret\n",
)

const uri = "https://server:5000/"
const sent = (environment: Environment, folder = empty, address = uri) =>
  readConnection(address, environment, folder).headers.Authorization
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`
const full = { MLFLOW_TRACKING_USERNAME: "me", MLFLOW_TRACKING_PASSWORD: "pass:ü" }

test("a name and a password win over a token", () => {
  expect(sent({ ...full, MLFLOW_TRACKING_TOKEN: "t0ken" })).toBe(basic("me:pass:ü"))
  expect(sent({ MLFLOW_TRACKING_USERNAME: "me", MLFLOW_TRACKING_TOKEN: "t0ken" })).toBe("Bearer t0ken")
  expect(sent({ ...full, MLFLOW_TRACKING_PASSWORD: "" })).toBeUndefined()
  expect(sent({})).toBeUndefined()
})

test("what the environment lacks is read from the credentials file", () => {
  expect(sent({}, home)).toBe(basic("file:file secret"))
  expect(sent({ MLFLOW_TRACKING_USERNAME: "me" }, home)).toBe(basic("me:file secret"))
  expect(sent(full, home)).toBe(basic("me:pass:ü"))
})

test("the address keeps its path and loses its credentials, which count where there are no others", () => {
  const address = "http://ann:p%40ss@host:81/team/mlf//?x=1#y"
  expect(readConnection(address, {}, empty).base).toBe("http://host:81/team/mlf")
  expect(sent({}, empty, address)).toBe(basic("ann:p@ss"))
  expect(sent(full, empty, address)).toBe(basic("me:pass:ü"))
})

test("an address that is none gets a sentence that shows no password", () => {
  expect(() => readConnection(undefined, {}, empty)).toThrow(/none is given: set MLFLOW_TRACKING_URI/)
  expect(() => readConnection("sqlite:///x.db", {}, empty)).toThrow(/but got one that begins with sqlite:/)
  expect(() => readConnection("ann secret@host", {}, empty)).toThrow(/^(?!.*secret).*http:\/\/ or https:\/\//)
})

test("certificates: no check, other authorities, or a sentence for both", () => {
  const file = join(home, "ca.pem")
  writeFileSync(file, "a certificate")
  const options = (environment: Environment) =>
    readConnection(uri, environment, empty).agents.httpsAgent.options
  expect(options({}).rejectUnauthorized).toBeUndefined()
  expect(options({ MLFLOW_TRACKING_INSECURE_TLS: "True" }).rejectUnauthorized).toBe(false)
  expect(options({ MLFLOW_TRACKING_SERVER_CERT_PATH: file, MLFLOW_TRACKING_INSECURE_TLS: "false" }).ca).toBe(
    "a certificate",
  )
  expect(options({ MLFLOW_TRACKING_CLIENT_CERT_PATH: file })).toMatchObject({
    cert: "a certificate",
    key: "a certificate",
  })
  expect(() =>
    options({ MLFLOW_TRACKING_INSECURE_TLS: "1", MLFLOW_TRACKING_SERVER_CERT_PATH: file }),
  ).toThrow(
    /^Expected only one of MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH, but both are set/,
  )
  expect(() => options({ MLFLOW_TRACKING_INSECURE_TLS: "maybe" })).toThrow(
    /to be true or false, but got "maybe"/,
  )
  expect(() => options({ MLFLOW_TRACKING_SERVER_CERT_PATH: join(home, "absent") })).toThrow(
    /MLFLOW_TRACKING_SERVER_CERT_PATH to name a file in PEM format/,
  )
})

test("a workspace travels in its header, and a token that no header takes is refused unseen", () => {
  expect(readConnection(uri, { MLFLOW_WORKSPACE: "lab" }, empty).headers["X-MLFLOW-WORKSPACE"]).toBe("lab")
  expect(() => sent({ MLFLOW_TRACKING_TOKEN: "sécret" })).toThrow(
    /^(?!.*cret).*MLFLOW_TRACKING_TOKEN to hold plain ASCII/,
  )
})
