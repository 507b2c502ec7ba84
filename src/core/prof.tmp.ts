import { decodeDefinition } from "./decode.ts"
import { catalogue } from "./definition.fixture.ts"
import { planTrials } from "./plan.ts"
const l1 = { role: "baseline", use: "translate", data: { use: "tiles" }, generator: { use: "net" }, losses: [{ use: "l1", weight: 100 }] }
const json = { name: "plan", question: "q", arms: { l1, gan: { ...l1, role: "challenger", generator: { use: "net", width: { axis: Array.from({ length: 1999 }, (_, i) => i + 1) } }, discriminator: { use: "critic", field: 16 }, losses: [{ use: "adversarial" }, { use: "l1" }] } },
  metrics: [{ use: "fid" }, { use: "accuracy" }, { use: "psnr" }], compare: { metric: "fid", against: ["l1"] }, seeds: 5, budget: { steps: 10 } }
for (let i = 0; i < 3; i++) {
const a = performance.now(); const e = decodeDefinition(json, catalogue); const b = performance.now(); await planTrials(e); console.log(b - a, performance.now() - b)
}
