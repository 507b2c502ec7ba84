/** Prints the digests of the games after so many steps: `npx tsx testing/printDigests.ts 1000`. */
import { openEngine } from "../open.ts"
import { digests } from "./playedDigest.ts"

const engine = await openEngine({ device: "onnx", threads: 1 })
console.log(digests(engine, Number(process.argv[2])))
engine.dispose()
