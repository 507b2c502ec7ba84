import { stream } from "@saddlepoint/engine/random"
import { givenDefinition, wholeDefinitions } from "./definitions.ts"
const w = await wholeDefinitions()
for (const i of process.argv.slice(2)) {
  const g = givenDefinition(w, stream(1, "fuzz", "definitions", Number(i)))
  const t = Buffer.from(g.bytes).toString()
  process.stderr.write(`${i} ${g.kind} ${g.name} ${t.length} ${g.profile} ${JSON.stringify(g.overrides).slice(0, 300)}\n${t.slice(0, 700)}\n`)
  process.stderr.write(JSON.stringify(t.length > 700 ? t.match(/.{0,80}(axis|__proto|use).{0,200}/g)?.slice(0,3) : "") + "\n")
}
