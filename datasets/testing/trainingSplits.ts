import type { OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"
import type { UnpairedDataset } from "@saddlepoint/core/methods/translation/unpairedDomains"

/**
 * The splits that training reads, by what stands before the names of their fields: nothing, or the name of a stream and a
 * dot.
 */
export function trainingSplits(dataset: OpenDataset): Readonly<Record<string, Split>> {
  const { domains, splits } = dataset
  if (domains !== undefined) return { "source.": domains.source.train, "target.": domains.target.train }
  if (!("unpaired" in dataset)) return { "": splits.train }
  const { A, B } = (dataset as UnpairedDataset).unpaired
  return { "A.": A, "B.": B }
}
