import type { CompiledStep, Feeds, StepBody, StepSources } from "../../engine.ts"
import * as tf from "../../tf.ts"
import type { OnnxBackend } from "../backend.ts"
import type { Program } from "../sessionCache.ts"
import { kindOf } from "../trace.ts"
import { PlanReplay } from "./planReplay.ts"
import { asInput, playStep } from "./playedStep.ts"
import { type StepPlan, sameInputs, samePlan } from "./stepPlan.ts"

/** Steps that are replayed between two that run the body again, to see that it still does the same. */
const stepsBetweenChecks = 100

/** Sessions that a step holds while it has no plan: a body that does one of several things compiles each once. */
const heldAtMost = 16

/** What is known of the steps that were fed tensors of one kind. */
interface Remembered {
  readonly names: readonly string[]
  readonly kinds: readonly number[]
  /** What the last step did whose body ran; undefined when it cannot be repeated. */
  plan: StepPlan | undefined
  /** Present once two steps in a row had this plan: from then on it is replayed. */
  replay: PlanReplay | undefined
  /** True once two steps did different things with the same inputs: state in JavaScript, never replayed. */
  stateful: boolean
  replayed: number
}

/**
 * A step that learns its graph from its body and then runs the graph alone, which takes no JavaScript per kernel.
 *
 * The body runs until two steps in a row have the same graph, with every input from a known source (a feed, a
 * variable, a random draw, a schedule, an unchanged constant) and every output in a known sink (a variable, a
 * report). The session is the one the body's own steps ran, so the bits are the same. A body that reads its step
 * number, falls back, makes variables, or keeps tensors or changing numbers in JavaScript runs every time, and
 * `reason` says why.
 */
export function replayingStep(backend: OnnxBackend, body: StepBody, sources: StepSources): CompiledStep {
  return new ReplayingStep(backend, body, sources)
}

class ReplayingStep implements CompiledStep {
  reason = "No step has been played yet."
  private readonly backend: OnnxBackend
  private readonly body: StepBody
  private readonly sources: StepSources
  private readonly remembered: Remembered[] = []
  private readonly held = new Set<Program>()

  constructor(backend: OnnxBackend, body: StepBody, sources: StepSources) {
    this.backend = backend
    this.body = body
    this.sources = sources
  }

  get mode(): "replayed" | "lazy" {
    return this.reason === "" ? "replayed" : "lazy"
  }

  play(feeds: Feeds, step: number): Readonly<Record<string, tf.Tensor>> {
    // What others recorded is not part of this step.
    this.backend.flush()
    const known = this.recall(feeds)
    if (known.replay !== undefined && known.replayed < stepsBetweenChecks) {
      const reported = known.replay.play(feeds, step)
      if (reported !== undefined) {
        known.replayed++
        this.reason = ""
        return reported
      }
      known.plan = known.replay = undefined
    }
    return this.playBody(known, feeds, step)
  }

  dispose(): void {
    this.remembered.length = 0
    for (const program of this.held) this.backend.sessions.letGo(program)
    this.held.clear()
  }

  private playBody(known: Remembered, feeds: Feeds, step: number): Readonly<Record<string, tf.Tensor>> {
    const { reported, flush, plan } = playStep(this.backend, this.body, this.sources, feeds, step)
    if (flush !== undefined && !this.held.has(flush.program)) {
      this.held.add(flush.program)
      this.backend.sessions.hold(flush.program)
    }
    if (typeof plan === "string") {
      known.plan = known.replay = undefined
      this.reason = plan
      if (this.held.size > heldAtMost) this.letGoOfUnused(flush?.program)
      return reported
    }
    const same = known.plan !== undefined && samePlan(known.plan, plan)
    const stateful = known.plan !== undefined && !same && sameInputs(known.plan, plan)
    if (known.replay !== undefined && stateful) {
      tf.dispose(reported)
      throw new Error(
        `Expected the step's body to do at step ${step} what it did when it was traced, but it recorded another ` +
          "computation or other constants from the same inputs. Keep no state in JavaScript: give what changes " +
          "through feeds, variables, context.random or context.schedule.",
      )
    }
    known.stateful ||= stateful
    known.plan = plan
    known.replayed = 0
    known.replay = same && !known.stateful ? new PlanReplay(this.backend, plan, this.sources) : undefined
    this.reason = known.stateful
      ? "Its body once recorded another computation or other constants from the same inputs, so it keeps state in " +
        "JavaScript; give what changes through feeds, variables, context.random or context.schedule."
      : same
        ? `Step ${step} ran the body to see that it does what is replayed.`
        : `Step ${step} traced the body; it is replayed once two steps in a row are the same computation.`
    if (known.replay !== undefined || this.held.size > heldAtMost) this.letGoOfUnused(plan.program)
    return reported
  }

  /** What is known of steps with feeds of these names and kinds. */
  private recall(feeds: Feeds): Remembered {
    for (const known of this.remembered) if (this.fits(known, feeds)) return known
    const names = Object.keys(feeds)
    const known: Remembered = {
      names,
      kinds: names.map((name) => this.kindOf(feeds[name]!)),
      plan: undefined,
      replay: undefined,
      stateful: false,
      replayed: 0,
    }
    this.remembered.push(known)
    return known
  }

  private fits({ names, kinds }: Remembered, feeds: Feeds): boolean {
    let count = 0
    for (const name in feeds) {
      if (names[count] !== name || kinds[count] !== this.kindOf(feeds[name]!)) return false
      count++
    }
    return count === names.length
  }

  private kindOf(feed: tf.Tensor): number {
    const value = this.backend.valueFor(feed.dataId)
    asInput(value)
    return kindOf(value)
  }

  /** Releases the sessions of warm-up steps, once there are plans without them. */
  private letGoOfUnused(present: Program | undefined): void {
    for (const program of this.held) {
      if (program === present || this.remembered.some(({ plan }) => plan?.program === program)) continue
      this.held.delete(program)
      this.backend.sessions.letGo(program)
    }
  }
}
