import { type Adaptation, adaptedArms } from "../findings/adaptation/adaptation.ts"
import { type Arm, countsOf, type Study } from "../findings/study.ts"
import { listed } from "../writing/figure.ts"
import { html } from "../writing/html.ts"
import { enforcementRules } from "./enforcement.ts"
import { identitiesBody } from "./identities.ts"
import { registrationBody } from "./registration.ts"
import { facts, type Section } from "./section.ts"
import { tuningBody } from "./tuning.ts"

/** How the arms were judged: the stated protocol, and the identity of every metric. */
export function protocolSection(study: Study, adaptation: Adaptation | null): Section {
  const { findings, arms, verdicts } = study
  const { plan } = findings
  const steps = [...new Set(plan.trials.map((trial) => trial.steps))].sort((a, b) => a - b)
  const trials = arms.flatMap((arm) => arm.trials)
  return {
    id: "protocol",
    title: "Protocol",
    body: html`<ul class="plain">
${(adaptation === null ? imageRules(arms) : adaptationRules(adaptation)).map((rule) => html`<li>${rule}</li>`)}
${enforcementRules(arms).map((rule) => html`<li>${rule}</li>`)}
<li>Arms share training seeds, and with them the order of the data and all randomness of the parts they have in common; differences are paired by seed.</li>
</ul>
${facts([
  ["experiment", plan.experiment],
  ["profile", plan.profile ?? "none: the definition as it stands"],
  ["training steps", steps.length === 0 ? "–" : steps.join(", ")],
  [
    "planned",
    `${arms.length} arms, ${plan.seeds.length} seeds (${plan.seeds.join(", ")}), ${trials.length} trials, of which ${countsOf(trials).completed} completed`,
  ],
  [
    "declared comparisons",
    `${verdicts.length}, level ${plan.comparisons[0]?.alpha ?? "–"} for all of them together`,
  ],
  ["definition", html`<span class="code">${plan.hash}</span>`],
])}
${registrationBody(findings.registration)}
${tuningBody(study)}
${identitiesBody(study)}`,
  }
}

/** What is judged of each kind of answer with images. */
const judgedParts = {
  pairs: "Only the test split is judged. No arm is trained on it.",
  translations:
    "Only translations of the test split are judged. No arm is trained on it, and nobody knows what they should be.",
  samples:
    "Samples are judged as a set, as many as the test split has images unless a method declares another number, which the identities below hold; what they are compared with are the real training images.",
  points:
    "Points are judged as a set, as many as the test split has unless a method declares another number, which the identities below hold.",
  picture: "Every trial makes one picture, which is judged.",
} as const

function imageRules(arms: readonly Arm[]): string[] {
  const kinds = [...new Set(arms.map(({ answers }) => answers ?? "pairs"))]
  return [
    "Judges are trained on real training images, then frozen; every arm is judged by the same ones.",
    "Every trial is judged once, at its last checkpoint. No checkpoint is selected by its score.",
    ...kinds.flatMap((kind) => (kind === "classes" ? [] : [judgedParts[kind]])),
    "The generator answers in the test mode that its method declares; what is random in it then, such as dropout or latent vectors, draws from seeded streams, so that judging again gives the same numbers.",
  ]
}

function adaptationRules(adaptation: Adaptation): string[] {
  const chosen = adaptedArms(adaptation).filter(({ selection }) => selection !== "last")
  const by = chosen.map(({ arm, selection }) => `${arm.label} by ${selection}`)
  return [
    "Training sees images of the target and none of its labels, whatever the dataset knows; the bound that is trained on the target has it as its labelled source.",
    chosen.length === 0
      ? "Every trial is judged once, at its last checkpoint. No checkpoint is selected."
      : `Every trial is judged once: at its last checkpoint, but where a declared rule chose among its checkpoints, on validation splits alone (${listed(by)}).`,
    "Only the test splits of target and source are judged. No arm is trained on them.",
    "Networks answer one image at a time as they were trained, in evaluation mode, so that judging again gives the same numbers.",
  ]
}
