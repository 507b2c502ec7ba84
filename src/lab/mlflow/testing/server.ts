import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { openBooks, type Reply } from "./books.ts"

/** What goes wrong with one request. `lost`: it is done, and the connection is cut before the answer. */
export type Fault =
  | "cut"
  | "lost"
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }

export interface ServerOptions {
  readonly version?: "2.22" | "3.11"
  /** All routes lie below it. */
  readonly prefix?: string
  /** The one `Authorization` header that is let in. */
  readonly authorization?: string
  /** Milliseconds before every answer. */
  readonly latency?: number
  /** Runs of a page of a search. */
  readonly pageSize?: number
  /** Asked before every request. */
  readonly fault?: (path: string, count: number) => Fault | undefined
}

const html = (status: number, title: string) =>
  `<!doctype html>\n<html lang=en><title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>See the log.</p></html>`

/** A small MLflow server on a free port of this machine, which behaves as real ones were seen to behave. */
export async function openServer(options: ServerOptions = {}) {
  const { version = "3.11", prefix = "", authorization, latency = 0, pageSize = 1000, fault } = options
  const books = openBooks(version, pageSize)
  const requests: {
    readonly path: string
    readonly bytes: number
    readonly headers: IncomingMessage["headers"]
  }[] = []
  const sockets = new Set<Socket>()
  let inFlight = 0
  let mostInFlight = 0

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://server")
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const base = `${prefix}/api/2.0/mlflow/`
    const path = url.pathname.startsWith(base) ? url.pathname.slice(base.length) : undefined
    requests.push({ path: path ?? url.pathname, bytes: Buffer.byteLength(text), headers: request.headers })
    const wrong = fault?.(path ?? url.pathname, requests.length)
    if (latency > 0) await new Promise((next) => setTimeout(next, latency))
    const reply = (
      status: number,
      body: string,
      type: string,
      headers: Readonly<Record<string, string>> = {},
    ) => {
      response.writeHead(status, { "Content-Type": type, ...headers }).end(body)
    }
    if (wrong === "cut") return void request.socket.destroy()
    if (typeof wrong === "object") return reply(wrong.status, wrong.body, "text/html", wrong.headers)
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      return reply(401, "You are not authenticated. Please see the documentation.", "text/html", {
        "WWW-Authenticate": 'Basic realm="mlflow"',
      })
    }
    if (inFlight > 15) {
      const message = "QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00"
      return reply(400, JSON.stringify({ error_code: "BAD_REQUEST", message }), "application/json")
    }
    let found: Reply | undefined
    if (path !== undefined) {
      const isJson = /^application\/json/.test(request.headers["content-type"] ?? "")
      found =
        request.method === "POST" && !isJson
          ? {
              status: 400,
              body: { error_code: "INVALID_PARAMETER_VALUE", message: "Bad Request. Content-Type" },
            }
          : books.answer(
              request.method ?? "",
              path,
              request.method === "GET" ? Object.fromEntries(url.searchParams) : lenient(text),
            )
    }
    if (wrong === "lost") return void request.socket.destroy()
    if (found === undefined) return reply(404, html(404, "Not Found"), "text/html; charset=utf-8")
    reply(found.status, JSON.stringify(found.body), "application/json")
  }

  const server = createServer((request, response) => {
    inFlight += 1
    mostInFlight = Math.max(mostInFlight, inFlight)
    response.on("close", () => {
      inFlight -= 1
    })
    handle(request, response).catch(() => request.socket.destroy())
  })
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const { port } = server.address() as AddressInfo
  return {
    uri: `http://127.0.0.1:${port}${prefix}`,
    experiments: books.experiments,
    runs: books.runs,
    requests,
    mostInFlight: () => mostInFlight,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

export type TestServer = Awaited<ReturnType<typeof openServer>>

/** A body that is no JSON counts as {}; a bare NaN or Infinity is read, and then is a bad value. */
function lenient(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text.replace(/([:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g, '$1"bad"'))
  } catch {
    return {}
  }
}
