import { readIdxImages } from "./idxImages.ts"
import type { PublishedForm } from "./publishedSet.ts"

/** The classes of MNIST and its relatives. */
export const digitNames: readonly string[] = Array.from({ length: 10 }, (_, digit) => String(digit))

/** The four files of MNIST, images before labels. */
export const mnistForm: PublishedForm = {
  files: {
    train: ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"],
    test: ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"],
  },
  read: (paths) => readIdxImages(paths, digitNames.length),
}
