// A process that listens for the wish to leave and has nothing to save; it tells when it listens, and ends with code 5 after ten seconds.
import { listenForLeaving } from "../leaving.ts"

const leaving = listenForLeaving()
setTimeout(() => process.exit(5), 10_000)
leaving.atOnce()
process.send?.({ type: "listening" })
