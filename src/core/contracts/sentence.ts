import type { Axis, Sweepable } from "./axis.ts"
import type { FieldKinds } from "./field.ts"
import type { Use } from "./plugin.ts"

/**
 * What somebody wrote, or in its place the first sentence about it, which is then all that the compiler has to say: `Sentences` are
 * `never` where nothing is wrong.
 */
export type Unless<Sentences extends readonly unknown[], Written> = [First<Sentences>] extends [never]
  ? Written
  : First<Sentences>

type First<Sentences extends readonly unknown[]> = Sentences extends readonly [infer One, ...infer Others]
  ? [One] extends [never]
    ? First<Others>
    : One
  : never

/** A sentence where what is given, or a value of its axis, is not what is wanted. */
export type Misfit<Given, Wanted, Sentence extends string> = [Given] extends [Sweepable<Wanted>]
  ? never
  : Sentence

/** Any dataset, as a method is given one. */
export type AnyData = Sweepable<Use<"dataset">>

/** A dataset that has some fields. */
export type DataWith<Fields extends FieldKinds> = Use<
  "dataset",
  { readonly fields: Fields; readonly labels: boolean }
>

/** Whether data have labels, `boolean` where some of an axis have. */
export type LabelsOf<Data> =
  Data extends Axis<infer One>
    ? LabelsOf<One>
    : Data extends Use<"dataset", infer Facts>
      ? Facts extends { readonly labels: infer Labels extends boolean }
        ? Labels
        : boolean
      : boolean
