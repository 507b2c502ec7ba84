import fc from "fast-check"
import { expect, test } from "vitest"
import { axis } from "../contracts/axis.ts"
import { use } from "../contracts/plugin.ts"
import { loadDefinition, parseDefinition } from "../load.ts"
import {
  adversarial,
  catalogue,
  critic,
  features,
  fid,
  l1,
  l1Plugin,
  l2,
  net,
  psnr,
  tiles,
  translate,
  translatePlugin,
} from "../testing/definition.ts"
import { pluginMap } from "./definition.ts"
import { baseline, challenger, experiment, relative } from "./experiment.ts"
import { parseText } from "./parseText.ts"

const parts = { data: tiles({ size: 32 }), generator: net({ width: 8 }) }

const definition = () =>
  experiment({
    name: "receptive-field",
    question: "Which patch is best?",
    arms: {
      l1: baseline(translate({ ...parts, losses: [l1(100)] })),
      l2: baseline(translate({ ...parts, losses: [l2(100)] }), { budget: { steps: 50 } }),
      gan: challenger(
        translate({
          ...parts,
          discriminator: critic({ field: axis(1, 16, 70) }),
          losses: [adversarial(), l1(100)],
        }),
      ),
    },
    metrics: [fid(features({ steps: 20 })), psnr()],
    compare: { metric: "fid", against: ["l1", "l2"], margin: relative(0.1), alpha: 0.05 },
    seeds: 5,
    budget: { steps: 4000 },
    profiles: {
      quick: { seeds: 2, budget: { steps: 300 }, arms: { gan: { generator: net({ width: 4 }) } } },
    },
  })

const json = `{
  "name": "receptive-field",
  "question": "Which patch is best?",
  "seeds": 5,
  "budget": { "steps": 4000 },
  "arms": {
    "l1": { "role": "baseline", "use": "translate", "data": { "use": "tiles", "size": 32 },
            "generator": { "use": "net", "width": 8 }, "losses": [{ "use": "l1", "weight": 1e2 }] },
    "l2": { "role": "baseline", "use": "translate", "data": { "use": "tiles", "size": 32 }, "budget": { "steps": 50 },
            "generator": { "use": "net", "width": 8 }, "losses": [{ "use": "l2", "weight": 100 }] },
    "gan": { "role": "challenger", "use": "translate", "data": { "use": "tiles", "size": 32 },
             "generator": { "use": "net", "width": 8 },
             "discriminator": { "use": "critic", "field": { "axis": [1, 16, 70] } },
             "losses": [{ "use": "adversarial" }, { "use": "l1", "weight": 100 }] }
  },
  "metrics": [{ "use": "fid", "features": { "use": "features", "steps": 20 } }, { "use": "psnr" }],
  "compare": { "metric": "fid", "against": ["l1", "l2"] },
  "profiles": { "quick": { "seeds": 2, "budget": { "steps": 300 },
                           "arms": { "gan": { "generator": { "use": "net", "width": 4 } } } } }
}`

const yaml = `
name: receptive-field
question: Which patch is best?
seeds: [1, 2, 3, 4, 5]
budget: { steps: 4000 }
arms:
  l1: &fixed
    role: baseline
    use: translate
    data: { use: tiles, size: 32 }
    generator: { use: net, width: 8 }
    losses: [{ use: l1, weight: 100 }]
  l2:
    <<: *fixed
    budget: { steps: 50 }
    losses: [{ use: l2, weight: 100 }]
  gan:
    <<: *fixed
    role: challenger
    discriminator:
      use: critic
      field:
        axis: [1, 16, 70]
    losses:
      - use: adversarial
      - { use: l1, weight: 100 }
metrics:
  - use: fid
    features: { use: features, steps: 20 }
  - use: psnr
compare:
  - { metric: fid, against: [l1, l2], margin: 0.1, alpha: 0.05 }
profiles:
  quick:
    seeds: 2
    budget: { steps: 300 }
    arms: { gan: { generator: { use: net, width: 4 } } }
`

test("one definition has one hash in TypeScript, JSON and YAML, in every profile", () => {
  const readings = [{}, { profile: "quick" }, { overrides: ["arms.l1.batch=2"] }]
  const hashes = readings.map((reading) => {
    const hash = loadDefinition(definition(), reading).hash
    expect(parseDefinition(json, catalogue, reading).hash).toBe(hash)
    expect(parseDefinition(yaml, catalogue, reading).hash).toBe(hash)
    return hash
  })
  expect(new Set(hashes).size).toBe(3)
})

test("the definition is plain data beside the plug-ins that it names", () => {
  const { json: data, plugins } = definition()
  expect(JSON.parse(JSON.stringify(data))).toEqual(data)
  expect(data.compare).toEqual({ metric: "fid", against: ["l1", "l2"], margin: 0.1, alpha: 0.05 })
  // The optimiser is the default of a slot, and nobody named it.
  expect([...plugins.keys()].sort()).toEqual([
    "dataset/tiles",
    "judge/features",
    "loss/adversarial",
    "loss/l1",
    "loss/l2",
    "method/translate",
    "metric/fid",
    "metric/psnr",
    "model/critic",
    "model/net",
    "optimiser/sgd",
  ])
})

test("spreading and cloning arms and definitions loses nothing", () => {
  const arm = baseline(translate({ ...parts, losses: [l1()] }))
  const spread = experiment({
    name: "spread",
    question: "Is it safe?",
    arms: { a: { ...arm }, b: { ...arm, method: { ...arm.method }, budget: { steps: 2 } } },
    metrics: [psnr()],
    compare: { metric: "psnr", challenger: "b", against: ["a"] },
    seeds: [1],
    budget: { steps: 1 },
  })
  const cloned = { ...spread, json: structuredClone(spread.json) }
  expect(loadDefinition(cloned).hash).toBe(loadDefinition(spread).hash)
  expect(loadDefinition(cloned).arms.map((one) => one.build().answers)).toEqual(["pairs", "pairs"])
})

test("two different plug-ins of one name are a mistake", () => {
  const other = () => use<"loss">({ ...l1Plugin, version: 2 })
  const broken = () =>
    experiment({
      name: "twice",
      question: "Which l1?",
      arms: { a: baseline(translate({ ...parts, losses: [l1(), other()] })) },
      metrics: [psnr()],
      compare: [],
      seeds: 1,
    })
  expect(broken).toThrow(
    'arms.a.losses.1: expected one loss of the name "l1" but got two different ones; rename one of them',
  )
})

test("values that are no data are mistakes with their places", () => {
  const broken = () =>
    experiment({
      name: "functions",
      question: "What?",
      arms: { a: baseline(translate({ ...parts, losses: [l1(Number.NaN)], batch: () => 4 })) },
      metrics: [psnr()],
      compare: [],
      seeds: 1,
    })
  expect(broken).toThrow(
    [
      "arms.a.losses.0.weight: expected plain data or what a constructor gives, but got NaN",
      "arms.a.batch: expected plain data or what a constructor gives, but got the function batch",
    ].join("\n"),
  )
})

test("a module without a definition is told what to export", () => {
  expect(() => loadDefinition(undefined)).toThrow(
    'expected "export default experiment({ ... })" but got no default export',
  )
  expect(() => loadDefinition({ name: "x", arms: {} })).toThrow(
    'but got an object with the keys "arms", "name"',
  )
})

test("text that does not parse is told by line and column", () => {
  expect(() => parseDefinition('name: x\narms: { l1: "open }\n', catalogue)).toThrow(
    /^expected JSON or YAML, but line \d+, column \d+: /,
  )
  expect(() => parseDefinition("name: x\nname: y\n", catalogue)).toThrow(
    /^expected every key once, but line 2, column 1 has "name" again$/,
  )
})

test("numbers that JSON does not have are refused in YAML", () => {
  const text = yaml.replace("margin: 0.1", "margin: .inf")
  expect(() => parseDefinition(text, catalogue)).toThrow(
    "compare.0.margin: expected a finite number but got Infinity",
  )
})

test("an alias that leads back to itself is refused", () => {
  expect(() => parseDefinition("arms: &a { again: *a }", catalogue)).toThrow(
    /: expected at most 64 levels .* an alias that leads back to itself; nest less$/,
  )
})

test("every JSON text reads as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseText(text)).toEqual(JSON.parse(text))
    }),
  )
})

test("a plug-in whose keys cannot be told from those of an arm is refused", () => {
  const odd = { ...translatePlugin, name: "odd", slots: { role: { kind: "loss" as const } } }
  expect(() => pluginMap([odd])).toThrow(
    [
      'the method "odd" has an option or slot "role", a key that has a meaning of its own; rename it',
      'the method "odd" has no slot "data" of kind dataset, which every method needs; add it',
    ].join("\n"),
  )
})
