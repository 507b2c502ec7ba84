import { expect, test } from "vitest"
import type { Game, Learn, Move } from "../contracts/game.ts"
import { requirePlayable } from "./playable.ts"
import { towards } from "./testing/toys.ts"

/** A game of two players; nothing here touches them. */
const game = (...moves: Move[]): Game => ({ players: { image: {}, critic: {} } as never, moves })

const image = towards(0)
const critic = towards(0, { player: "critic" })
const [group] = image.groups
const grouped = (...groups: Learn["groups"]): Learn => ({ ...image, groups })

test("moves of two players at any cadence are a game", () => {
  expect(() => requirePlayable("only", game(image, { ...critic, when: { every: 5, from: 4 } }))).not.toThrow()
})

const refused: readonly (readonly [of: string, moves: Move[], sentence: string])[] = [
  [
    "two moves of one name, of which only the first would be played",
    [
      { ...image, when: { every: 2 } },
      { ...critic, name: "image", when: { every: 2, from: 1 } },
    ],
    "Expected moves of different names in the stage only, but got two of the name image; rename one.",
  ],
  [
    "a move of a player that does not play",
    [towards(0, { player: "critc" })],
    'Expected players that learn in the move critc in the stage only, but got "critc"; there are: image, critic.',
  ],
  [
    "a player in two groups of a move",
    [grouped(group!, group!)],
    "Expected each player once in the groups of the move image in the stage only, but got image twice; remove one.",
  ],
  [
    "a move in which nobody learns",
    [grouped()],
    "Expected somebody who learns in the move image in the stage only, but got nobody; name a player, or make it a keep move.",
  ],
]
test.each(refused)("%s is refused in one sentence", (_, moves, sentence) => {
  expect(() => requirePlayable("only", game(...moves))).toThrow(sentence)
})

test.each([
  { every: 0 },
  { every: 2, from: 2 },
  { every: 2, from: -1 },
  { every: 1.5 },
  { every: Number.NaN },
])("the cadence %o, which never comes or not as it is written, is refused", (when) => {
  expect(() => requirePlayable("only", game({ ...image, when }))).toThrow(
    `Expected a cadence of whole numbers with 0 <= from < every for the move image in the stage only, but got every ${when.every} from ${when.from ?? 0}; choose others.`,
  )
})
