/** A file of weights that people usually have. */
export interface WeightSource {
  /** File name, as it is usually published. */
  readonly name: string
  /** Where the file is usually obtained, as the end of "get it from ...". */
  readonly obtain: string
  /** First hex digits of the file's SHA-256, or all 64. */
  readonly sha256Prefix?: string
}

const torchvision = (name: string, sha256Prefix: string): WeightSource => ({
  name,
  obtain: `https://download.pytorch.org/models/${name} (torchvision, BSD-3-Clause)`,
  sha256Prefix,
})

const lpipsHead = (network: string, sha256Prefix: string): WeightSource => ({
  name: `lpips-v0.1-${network}.pth`,
  obtain: `lpips/weights/v0.1/${network}.pth of https://github.com/richzhang/PerceptualSimilarity (BSD-2-Clause) and rename it`,
  sha256Prefix,
})

/**
 * Files of weights by what they are used for. Digests of the LPIPS heads (Zhang et al. 2018, version 0.1) were taken
 * from the files in their repository; those of the larger files are the ones that several independent projects
 * publish, and begin with the 8 digits in the files' names, by which torch.hub checks them.
 */
export const knownWeights = {
  fidInception: {
    name: "pt_inception-2015-12-05-6726825d.pth",
    obtain:
      "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth (Apache-2.0)",
    sha256Prefix: "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
  },
  squeezenet: torchvision(
    "squeezenet1_1-b8a52dc0.pth",
    "b8a52dc049b60e4b6ab68ad0df457362afab8b6304b2febdc1650a5dab4d7e7b",
  ),
  vgg16: torchvision(
    "vgg16-397923af.pth",
    "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
  ),
  vgg19: torchvision(
    "vgg19-dcbb9e9d.pth",
    "dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",
  ),
  alexnet: torchvision(
    "alexnet-owt-7be5be79.pth",
    "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02",
  ),
  lpipsAlexnet: lpipsHead("alex", "df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0"),
  lpipsVgg: lpipsHead("vgg", "a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868"),
  lpipsSqueezenet: lpipsHead("squeeze", "4a5350f23600cb79923ce65bb07cbf57dca461329894153e05a1346bd531cf76"),
} satisfies Readonly<Record<string, WeightSource>>
