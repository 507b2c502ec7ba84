import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { GivenNetwork, OpenNetwork } from "@saddlepoint/core/contracts/givenNetwork"
import { isGiven, type Judge } from "@saddlepoint/core/contracts/judge"
import { weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import type { Engine } from "@saddlepoint/engine"
import { lpipsJudge } from "../judges/lpipsNetwork.ts"
import { chains } from "../resize/chains.ts"

/** Stands for LPIPS, whose weights come from files: what a metric makes of distances does not depend on them. */
export const squaredDifferences: GivenNetwork = {
  task: "pairs",
  missing: async () => [],
  open: async () =>
    lpipsJudge({
      digest: "b".repeat(64),
      description: "squared differences",
      chain: { ...chains["torch-fidelity"]!, resize: undefined },
      async distances(a, b) {
        const size = a.values.length / a.shape[0]
        const total = new Float64Array(a.shape[0])
        a.values.forEach((value, i) => {
          total[Math.floor(i / size)]! += (value - b.values[i]!) ** 2 / size
        })
        return { total, perLayer: [total] }
      },
      maps: () => Promise.reject(new Error("Nobody asks for maps.")),
      dispose: () => {},
    }),
}

/** A judge as it starts, untrained: what a metric makes of its judge does not depend on how good it is. */
export async function openJudge(judge: Judge, dataset: OpenDataset, engine: Engine): Promise<OpenNetwork> {
  if (isGiven(judge)) return judge.open(engine)
  const { players } = judge.stages(dataset)[0]!.play({ seed: judge.seed, carried: {}, steps: 1 })
  return { player: players[judge.player]!, digest: weightsDigest(weightsOf(players)) }
}
