import { exclude } from "./exclude.ts"

/** Tests that hold TensorFlow.js to derivatives that are not the derivatives; `../../gradients` corrects them everywhere. */
export const correctedGradients = [
  ...exclude(
    "It expects the gradient of average pooling to divide by the window's size where the pooling itself divides by " +
      "the number of pixels inside the image; the engine's gradient divides by that number too.",
    { avgPool: ["gradient x=[3,3,1] f=[3,3] s=1 p=explicit"] },
  ),
  ...exclude(
    "It expects the gradient of mirror padding to ignore the mirrored pixels; the engine's adds them.",
    { mirrorPad: ["grad", "gradient with clones"] },
  ),
  ...exclude("It expects an error; the engine gives the derivative of a truth value, which is zero.", {
    gradients: ["errors if relevant ops are missing grads"],
  }),
]
