/** The licence of anybody's own images. */
export const ownLicence = "Your own images: Saddlepoint knows no licence of them."
