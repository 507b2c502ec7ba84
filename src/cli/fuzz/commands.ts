import { readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { start } from "../testing/saddlepoint.ts"
import { givenDefinition, wholeDefinitions } from "./definitions.ts"
import type { Case, Subject } from "./subject.ts"

/** Damaged definitions through whole processes of the command line, as a user starts them. */
export const commands: Subject = {
  async open({ files }) {
    const wholes = await wholeDefinitions()
    return (draw): Case => {
      const { kind, name, bytes, profile, overrides } = givenDefinition(wholes, draw)
      // A word of a command line has no zero in it and is no longer than the system takes.
      const words = (profile === undefined ? [] : [profile]).concat(overrides)
      const isCallable = words.every((word) => !word.includes("\0") && word.length < 100_000)
      const isJson = draw.integer(2) === 0
      const flags = [
        ...(isJson ? ["--json"] : []),
        ...(profile === undefined || !isCallable ? [] : [`--profile=${profile}`]),
        ...(isCallable ? overrides : []).map((text) => `--set=${text}`),
      ]
      return {
        kind,
        async run() {
          const file = join(files, name)
          writeFileSync(file, bytes)
          const { ended } = start(["plan", name, ...flags], files)
          const { code, stdout, stderr } = await ended
          const left = readdirSync(files).filter((other) => other !== name)
          rmSync(file)
          if (left.length > 0) throw new Error(`it left ${left.slice(0, 3).join(", ")}`)
          if (code !== 0 && code !== 2) throw new Error(`exit code ${code}: ${stderr}`)
          if (code === 2 && stdout !== "") throw new Error(`it prints beside its refusal: ${stdout}`)
          if (code === 0 && stderr !== "") throw new Error(`it complains and ends well: ${stderr}`)
          if (code === 0 && isJson) JSON.parse(stdout)
          return code === 0 ? [] : stderr.replace(/\n$/, "").split("\n")
        },
      }
    }
  },
}
