/** What is known of the licences of published sets, by the sets' names. */
export const licences = {
  mnist:
    "No licence stated by its authors, Y. LeCun, C. Cortes and C. Burges; commonly redistributed as CC BY-SA 3.0.",
  "fashion-mnist": "MIT (Zalando SE).",
  usps: "No licence stated by its authors (J. Hull, 1994; distributed with The Elements of Statistical Learning).",
  svhn: "For non-commercial use only (Y. Netzer et al., Stanford University and Google).",
  bsds500: "Berkeley Segmentation Dataset, for non-commercial research and education.",
  facades:
    "No licence stated by its authors (CMP Facade Database, R. Tylecek and R. Sara; packaged by Isola et al. for pix2pix).",
  horse2zebra:
    "No licence stated by its authors (photographs of ImageNet, for research; packaged by Zhu et al. for CycleGAN).",
} as const satisfies Readonly<Record<string, string>>
