/**
 * `npm run learning [-- --recipe NAME,... --seeds N --peer torch --python PATH --store FOLDER --set PATH=VALUE --json]`: whether the published recipes
 * reach what they should, and whether PyTorch, from the same weights and on the same batches, reaches anything else. Exit
 * codes: 0 all bars stand, 1 one is missed or something could not be played, 2 the call was wrong.
 */

import { resolve } from "node:path"
import { messageOf } from "@saddlepoint/core/contracts/messageOf"
import { cacheFolder } from "@saddlepoint/lab/store/files/layout"
import { findPython } from "../peers/findPython.ts"
import { type LearningOptions, learningOptions } from "./options.ts"
import { planRecipe } from "./planRecipe.ts"
import { type PeerPlayed, playPeer } from "./playPeer.ts"
import { openPlaying, playRecipe } from "./playRecipe.ts"
import type { Recipe } from "./recipe.ts"
import { recipes } from "./recipes.ts"
import { type Standing, standingOf } from "./standing.ts"
import { table } from "./table.ts"

const say = (sentence: string) => console.error(sentence)

/** What was asked, and a Python for the peer; undefined where the call was wrong, after a word on it. */
function called(): { readonly options: LearningOptions; readonly python: string | undefined } | undefined {
  try {
    const options = learningOptions(process.argv.slice(2))
    return { options, python: options.peer === undefined ? undefined : findPython(options.python) }
  } catch (error) {
    say(messageOf(error))
    return undefined
  }
}

async function stand(
  name: string,
  recipe: Recipe,
  { options, python }: NonNullable<ReturnType<typeof called>>,
) {
  const store = resolve(options.store)
  const planned = await planRecipe(name, recipe, { ...options, cache: cacheFolder(store) })
  const { trials } = planned.plan
  say(`${name}: ${trials.length} seed(s), about ${recipe.minutes} min of training each, and the judges once`)
  const playing = await openPlaying(planned, store)
  const ours = await playRecipe(planned, playing)
  const theirs: PeerPlayed[] = []
  const { peer: port, metric } = recipe
  if (python !== undefined && port !== undefined) {
    for (const trial of trials.filter(({ seed }) =>
      ours.some((one) => one.seed === seed && one.score !== undefined),
    )) {
      say(`${name}, seed ${trial.seed}: PyTorch plays the same`)
      theirs.push(await playPeer(trial, playing, { python, port, metric }))
    }
  }
  return standingOf(name, recipe, ours, theirs, options.set.length === 0)
}

const call = called()
const standings: Standing[] = []
for (const name of call?.options.recipes ?? []) {
  const recipe = recipes[name]!
  if (recipe.data === true && !process.env.SADDLEPOINT_DATA) {
    say(`${name}: skipped, because it needs real data; name their folder in SADDLEPOINT_DATA.`)
    continue
  }
  try {
    standings.push(await stand(name, recipe, call!))
  } catch (error) {
    // One recipe that cannot be played is a bar that is missed; the others go on.
    standings.push({ ...standingOf(name, recipe, [], []), evidence: [messageOf(error)] })
  }
}
if (call === undefined) process.exitCode = 2
else {
  console.log(call.options.json ? JSON.stringify(standings, undefined, 2) : table(standings))
  const fails = ({ met, evidence, peer }: Standing) =>
    met === false || evidence.length > 0 || (peer?.evidence ?? []).length > 0
  if (standings.some(fails)) process.exitCode = 1
}
