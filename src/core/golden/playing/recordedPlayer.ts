import type * as tf from "@saddlepoint/engine/tf"
import type { Mode, Model, Player, Values } from "../../contracts/player.ts"
import type { Trajectory } from "../format/trajectory.ts"
import type { LayeredNetwork, Places } from "./layerTable.ts"
import { toTorch } from "./layout.ts"
import { startFrom } from "./start.ts"

/** A player that started from a record, and knows the recorded name of each of its variables. */
export interface RecordedPlayer extends Player {
  /** The player itself. */
  readonly of: Player
  readonly places: Places
}

/**
 * Sets a player to its recorded start. Variables that the authors' network has not (a bias before a norm, the scale of a norm that
 * is not affine) do nothing, and are state: no move trains them.
 */
export function recordedPlayer(
  recorded: Pick<Trajectory, "tensor" | "name">,
  player: Player,
  places: Places,
): RecordedPlayer {
  const all = { ...player.variables, ...player.state }
  startFrom(recorded, all, places)
  const trained = Object.entries(player.variables).filter(([name]) => name in places)
  const still = Object.entries(player.variables).filter(([name]) => !(name in places))
  return {
    variables: Object.fromEntries(trained),
    state: { ...player.state, ...Object.fromEntries(still) },
    apply: (inputs, mode) => player.apply(inputs, mode),
    dispose: () => player.dispose(),
    places,
    of: player,
  }
}

/** A player of a layered network, set to its recorded start: from the input of one name to the output of another. */
export function layeredPlayer(
  recorded: Pick<Trajectory, "tensor" | "name">,
  { model, places }: LayeredNetwork,
  input: string,
  output: string,
): RecordedPlayer {
  const byName = (weights: readonly tf.LayerVariable[]) =>
    Object.fromEntries(weights.map((weight) => [weight.originalName, weight.read() as tf.Variable] as const))
  const player: Player = {
    variables: byName(model.trainableWeights),
    state: byName(model.nonTrainableWeights),
    apply: (inputs: Values, mode: Mode) => ({
      [output]: model.apply(inputs[input]!, { training: mode === "train" }) as tf.Tensor,
    }),
    dispose: () => model.dispose(),
  }
  return recordedPlayer(recorded, player, places)
}

/** A model whose player was made before. */
export function given(player: RecordedPlayer): Model {
  return { part: "generator", takes: {}, gives: [], player: () => player }
}

/** The same player under other recorded names: those that begin with `from` begin with `to`. */
export function renamed(player: RecordedPlayer, from: string, to: string): RecordedPlayer {
  const places = Object.entries(player.places).map(([name, { tensor, layout }]) => {
    return [
      name,
      { tensor: tensor.startsWith(from) ? to + tensor.slice(from.length) : tensor, layout },
    ] as const
  })
  return { ...player, places: Object.fromEntries(places) }
}

/** Present values of all recorded variables of some players, by their recorded names, in PyTorch's order. */
export async function recordedValues(
  players: readonly RecordedPlayer[],
): Promise<Record<string, Float32Array>> {
  const read = players.flatMap(({ variables, state, places }) =>
    Object.entries(places).map(async ([name, { tensor, layout }]) => {
      const values = await (variables[name] ?? state[name])!.data()
      return [tensor, toTorch(values, layout)] as const
    }),
  )
  return Object.fromEntries(await Promise.all(read))
}

/** Without the moving averages of norms, where they are moved at other times than on record; of the networks whose names begin so. */
export function withoutAverages<T>(
  values: Readonly<Record<string, T>>,
  beginning: string,
): Record<string, T> {
  const isAverage = (name: string) => name.startsWith(beginning) && /\.running_(mean|var)$/.test(name)
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isAverage(name)))
}
