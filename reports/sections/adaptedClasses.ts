import { confusionMap } from "../charts/confusionMap.ts"
import { css } from "../drawing/palette.ts"
import { type Adaptation, type Adapted, groupTitle } from "../findings/adaptation/adaptation.ts"
import { type ClassAnswers, changes, recalls, summed } from "../findings/adaptation/classAnswers.ts"
import { counted } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { absent, armLabel, type Section, scrolling } from "./section.ts"

type Answered = Adapted & { readonly answers: ClassAnswers }

/** Which classes each arm gained and lost on the target, and what it takes them for. */
export function adaptedClassesSection(adaptation: Adaptation): Section {
  const groups = adaptation.groups.map((group) => ({
    title: groupTitle(group),
    arms: group.arms.filter((arm): arm is Answered => arm.answers?.labelled === true),
  }))
  const arms = groups.flatMap((group) => group.arms)
  const tables = groups.flatMap(
    (group) => changeTable(group.arms, adaptation.groups.length > 1 && group.title) ?? [],
  )
  return {
    id: "classes",
    title: "Class by class on the target",
    body:
      arms.length === 0
        ? absent(
            "No finished trial left answers with the labels of its target, so that nothing is known by class.",
          )
        : html`${
            tables.length === 0
              ? html`<p class="how">No arm has a lower bound with answers on the same seeds, so no change can be shown.</p>`
              : html`<p class="how">Percent of each class's target images that were given it (recall): of the lower bound as it is, of the others as the change in percentage points against it, over the seeds that both finished, summed. A description: no test was made of single classes.</p>
${tables}`
          }
<h3>What is taken for what</h3>
<p class="how">Rows are the classes of the target's test images, columns what was answered, summed over the seeds; numbers are the percent of the row. Right answers lie on the diagonal.</p>
<div class="multiples">${arms.map(confusion)}</div>`,
  }
}

/** Recall of every class, of the lower bound as it is and of the others as changes; undefined where none has a change. */
function changeTable(arms: readonly Answered[], title: string | false): Html | undefined {
  const compared = arms.flatMap((adapted) => {
    const from = arms.find(({ arm }) => arm === adapted.lower)
    const change = from === undefined || from === adapted ? null : changes(adapted.answers, from.answers)
    return change === null ? [] : [{ adapted, change }]
  })
  if (compared.length === 0) return undefined
  const bounds = arms.filter(({ arm, lower }) => arm === lower)
  return scrolling(
    `Change of every class against the lower bound${title === false ? "" : `: ${title}`}`,
    html`<table class="cells">${title !== false && html`<caption>${title}</caption>`}<thead><tr><th scope="col">Arm</th>${arms[0]!.answers.classes.map((name) => html`<th scope="col" class="n">${name}</th>`)}</tr></thead>
<tbody>${bounds.map(({ arm, answers }) => html`<tr class="frame"><th scope="row">${arm.label}<small>lower bound, %</small></th>${recalls(summed(answers)).map((recall) => html`<td class="n">${whole(100 * recall)}</td>`)}</tr>`)}${compared.map(
      ({ adapted, change }) =>
        html`<tr><th scope="row">${armLabel(adapted.arm)}</th>${change.values.map(changeCell)}</tr>`,
    )}</tbody></table>`,
  )
}

function changeCell(change: number): Html {
  if (Number.isNaN(change)) return html`<td class="n">–</td>`
  const points = Math.round(100 * change)
  const tint = Math.min(50, Math.abs(points))
  const colour = css(points < 0 ? "bad" : "good")
  return html`<td class="n" style="background:color-mix(in srgb,${colour} ${tint}%,transparent)">${points > 0 ? "+" : ""}${whole(points)}</td>`
}

const whole = (value: number) => (Number.isNaN(value) ? "–" : String(Math.round(value)).replace("-", "−"))

function confusion({ arm, answers }: Answered): Html {
  const seeds = counted(answers.target.size, "seed")
  return html`<figure><h3>${armLabel(arm)}</h3>${confusionMap(summed(answers), answers.classes, `Answers of ${arm.label} on the target, ${seeds}`)}<figcaption>of ${seeds}</figcaption></figure>`
}
