import { bsdsFiles } from "./bsdsFiles.ts"
import { facadeFiles } from "./facadeFiles.ts"
import { horse2zebraFiles } from "./horse2zebraFiles.ts"
import type { KnownSet } from "./knownSet.ts"
import { licences } from "./licences.ts"

/** Every set that can be pulled. */
export const knownSets: readonly KnownSet[] = [
  {
    name: "mnist",
    datasets: ["mnist", "mnistM"],
    licence: licences.mnist,
    forms: [
      {
        mirrors: [
          "https://ossci-datasets.s3.amazonaws.com/mnist/",
          "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ],
        files: [
          {
            name: "train-images-idx3-ubyte.gz",
            bytes: 9_912_422,
            sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
          },
          {
            name: "train-labels-idx1-ubyte.gz",
            bytes: 28_881,
            sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
          },
          {
            name: "t10k-images-idx3-ubyte.gz",
            bytes: 1_648_877,
            sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
          },
          {
            name: "t10k-labels-idx1-ubyte.gz",
            bytes: 4_542,
            sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
          },
        ],
      },
    ],
  },
  {
    name: "fashion-mnist",
    datasets: ["fashionMnist"],
    licence: licences["fashion-mnist"],
    forms: [
      {
        mirrors: [
          "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
          "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion/",
        ],
        files: [
          {
            name: "train-images-idx3-ubyte.gz",
            bytes: 26_421_880,
            sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
          },
          {
            name: "train-labels-idx1-ubyte.gz",
            bytes: 29_515,
            sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
          },
          {
            name: "t10k-images-idx3-ubyte.gz",
            bytes: 4_422_102,
            sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
          },
          {
            name: "t10k-labels-idx1-ubyte.gz",
            bytes: 5_148,
            sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
          },
        ],
      },
    ],
  },
  {
    name: "usps",
    datasets: ["usps"],
    licence: licences.usps,
    forms: [
      {
        // No public mirror holds this form; it is taken from folders that do.
        mirrors: [],
        files: [
          {
            name: "usps-train-images-idx3-ubyte.gz",
            bytes: 849_165,
            sha256: "d93c2d96c872ca9a87d539975e1de9ba1bb42e9caee5f39a5438c315d5054509",
          },
          {
            name: "usps-train-labels-idx1-ubyte.gz",
            bytes: 3_429,
            sha256: "b8577876ee5da3289c5dd6c30f21ceed01a7df7f2b23b19affc167880ebb2ddf",
          },
          {
            name: "usps-test-images-idx3-ubyte.gz",
            bytes: 235_987,
            sha256: "9f7be56a85cc6b99d3010305cdd01b7fba4de11db70e39a71968d08716e97ca1",
          },
          {
            name: "usps-test-labels-idx1-ubyte.gz",
            bytes: 979,
            sha256: "1955b0a729c700a7a55d4b36dd0a2e55a300d59868da0398d90ec08f09f806cb",
          },
        ],
      },
      {
        mirrors: [
          "https://hastie.su.domains/ElemStatLearn/datasets/",
          "https://web.stanford.edu/~hastie/ElemStatLearn/datasets/",
        ],
        files: [
          {
            name: "zip.train.gz",
            bytes: 1_829_071,
            sha256: "66ebf231ab51f2cf6ac1a892d0f98ccffee1079d7a5db638c1f11f366046ca16",
          },
          {
            name: "zip.test.gz",
            bytes: 439_208,
            sha256: "8dacc3c6e136af6c3488de9e5113a7daf140c8c2f1f0b61c54ee02f03f1a962f",
          },
        ],
      },
    ],
  },
  {
    name: "svhn",
    datasets: ["svhn"],
    licence: licences.svhn,
    forms: [
      {
        mirrors: ["http://ufldl.stanford.edu/housenumbers/"],
        files: [
          {
            name: "train_32x32.mat",
            bytes: 182_040_794,
            sha256: "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
          },
          {
            name: "test_32x32.mat",
            bytes: 64_275_384,
            sha256: "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
          },
        ],
      },
    ],
  },
  {
    name: "bsds500",
    datasets: ["mnistM"],
    licence: licences.bsds500,
    forms: [
      {
        mirrors: [
          "https://raw.githubusercontent.com/BIDS/BSDS500/a04b7c6c3a9f0ace74bf205c72a43d32e1c72722/BSDS500/data/images/",
        ],
        files: bsdsFiles,
      },
    ],
  },
  {
    name: "facades",
    datasets: ["cmpFacades"],
    licence: licences.facades,
    forms: [
      {
        mirrors: [
          "https://raw.githubusercontent.com/TimNiklasWitte/Pix2Pix-Facades/9eb090e92792fe3ee0f1b7224d67782a73fcdbc1/facades/",
        ],
        files: facadeFiles,
      },
    ],
  },
  {
    name: "horse2zebra",
    datasets: [],
    licence: licences.horse2zebra,
    forms: [
      {
        mirrors: [
          "https://raw.githubusercontent.com/LiorYaacov/Horse2zebra-Image-to-image-Translation/50e7c1535be0f6fc458310f6f4d6796f085d253a/Data/horse2zebra-dataset/",
        ],
        files: horse2zebraFiles,
      },
    ],
  },
]

/** The sets of a name: a set's own, or all that a dataset of this name reads; none for names that nothing has. */
export function setsOf(name: string): readonly KnownSet[] {
  const own = knownSets.filter((set) => set.name === name)
  return own.length > 0 ? own : knownSets.filter(({ datasets }) => datasets.includes(name))
}
