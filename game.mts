import { readTrajectory } from "/tmp/w/golden/src/core/golden/format/trajectory.ts"
import { compare, share } from "/tmp/w/golden/src/core/golden/format/compare.ts"
import { openEngine } from "@saddlepoint/engine/open"
import * as tf from "@saddlepoint/engine/tf"
const [file, fn, device, ...cases] = process.argv.slice(2)
const mod = await import("/tmp/w/golden/src/core/golden/families/"+file+".ts")
const engine = await openEngine({device})
for (const n of cases) {
const t = await readTrajectory("/work/shared/trajectories/"+n)
const before = tf.memory().numTensors
const t0=Date.now()
const c = compare(t, await mod[fn](t, engine), mod[fn+"LeftOut"])
console.log("##", n, "tensors", before, tf.memory().numTensors, Date.now()-t0, "ms", "tight", t.tightSteps)
console.log(c.gaps.slice(0,10), c.gaps.length)
for (const k of ["losses","grad0","after","expect"]) {
const worst = new Map()
for (const d of c.deviations) { if(!d.what.startsWith(k)) continue; const s=share(d); if (!(s<= (worst.get(d.what)?.[0] ?? -1))) worst.set(d.what,[s,d.at,d.deviation,d.tolerance]) }
console.log([...worst].sort((a,b)=>b[1][0]-a[1][0]).slice(0,k=="losses"?12:5).map(x=>x.flat().join(" ")), c.deviations.length)
}
const strictW = c.deviations.filter(d=>d.strict).sort((a,b)=>share(b)-share(a))[0]
console.log("strict", strictW && share(strictW), strictW?.what, strictW?.at)
}
