import type { Trial } from "@saddlepoint/core/declare/trial"
import type { Gpu } from "./devices.ts"
import { memoryBack } from "./gpuMemory.ts"
import type { Place } from "./places.ts"

/** A place for one trial. */
export interface Slot {
  /** From 0, and free again when the slot is; shown as the worker. */
  readonly number: number
  /** The GPU that the trial's process sees; absent on the CPU, and where no GPU can be assigned. */
  readonly gpu?: Gpu
  /** More environment for the process, so that it sees its device and no other. */
  readonly environment: Readonly<Record<string, string>>
  /** Whether no trial can come beside it on its GPU, so that what is in use there tells of this trial. */
  readonly unshared: boolean
}

/** What a trial asks for. `alone`: nothing beside it on its GPU, or on the whole CPU, as after running out of memory. */
export interface Wish {
  readonly trial: Trial
  readonly alone?: boolean
}

/** Hands out slots in the order in which they are asked for, so that nobody waits for ever. */
export interface Slots {
  /** The most trials side by side. */
  readonly size: number
  /**
   * Asks for a slot; `granted` gets it, at once when there is one.
   * @returns gives the slot back, or withdraws a wish that still waits; called again it does nothing
   */
  ask(wish: Wish, granted: (slot: Slot) => void): () => void
}

export interface SlotOptions {
  readonly places: readonly Place[]
  /** Trials side by side, as wished for. */
  readonly workers: number
  /** MiB that a trial was measured to take on a GPU; undefined when it was not. Without it no GPU holds two trials. */
  readonly footprint?: (trial: Trial, gpu: Gpu) => number | undefined
  /** Waits until no more than `allowed` MiB are in use. */
  readonly recovers?: (gpu: Gpu, allowed: number) => Promise<void>
}

/** What a measured footprint is multiplied by before a GPU is shared. */
const margin = 1.1
/** MiB by which a GPU's memory may move without any trial's doing. */
const tolerance = 256

interface Tenant {
  readonly number: number
  readonly alone: boolean
  /** MiB with the margin; undefined when it was never measured. */
  readonly needs: number | undefined
}

interface OpenPlace extends Place {
  readonly tenants: Set<Tenant>
  /** Processes that have ended and whose memory is not back yet. */
  settling: number
}

/**
 * The slot table. A GPU holds two trials only when `footprint` is given, all of them were measured, and they fit with 10 %
 * to spare. A GPU that a trial has left is used again when the trial's memory is back.
 */
export function openSlots({ places, workers, footprint, recovers = memoryBack }: SlotOptions): Slots {
  const open = places.map((place): OpenPlace => ({ ...place, tenants: new Set(), settling: 0 }))
  const size = Math.min(
    workers,
    places.reduce((sum, { most }) => sum + most, 0),
  )
  const taken = new Set<number>()
  const queue: { readonly wish: Wish; readonly grant: (place: OpenPlace) => void }[] = []

  const needsOn = (place: OpenPlace, { trial }: Wish) => {
    const peak = place.gpu === undefined ? undefined : footprint?.(trial, place.gpu)
    return peak === undefined ? undefined : peak * margin
  }
  const fits = (place: OpenPlace, wish: Wish) => {
    if (place.settling > 0) return false
    if (place.tenants.size === 0) return true
    if (wish.alone === true || [...place.tenants].some(({ alone }) => alone)) return false
    if (place.tenants.size >= place.most) return false
    if (place.gpu === undefined) return true
    const needs = needsOn(place, wish)
    const room = roomOn(place)
    return needs !== undefined && room !== undefined && needs <= room
  }
  const serve = () => {
    for (;;) {
      const first = queue[0]
      if (first === undefined || taken.size >= size) return
      // An empty device before a shared one.
      const free = open.filter((place) => fits(place, first.wish))
      const place = free.find(({ tenants }) => tenants.size === 0) ?? free[0]
      if (place === undefined) return
      queue.shift()
      first.grant(place)
    }
  }
  const vacate = (place: OpenPlace, tenant: Tenant) => {
    place.tenants.delete(tenant)
    taken.delete(tenant.number)
    if (place.gpu !== undefined) {
      place.settling += 1
      const reopen = () => {
        place.settling -= 1
        serve()
      }
      const allowed = (place.gpu.used ?? 0) + needsOf(place.tenants) + tolerance
      recovers(place.gpu, allowed).then(reopen, reopen)
    }
    serve()
  }

  return {
    size,
    ask(wish, granted) {
      let leave = () => {
        queue.splice(queue.indexOf(asked), 1)
        // Those behind it may fit where it did not.
        serve()
      }
      const asked = {
        wish,
        grant(place: OpenPlace) {
          const number = lowest(taken)
          const tenant: Tenant = { number, alone: wish.alone === true, needs: needsOn(place, wish) }
          taken.add(number)
          place.tenants.add(tenant)
          leave = () => vacate(place, tenant)
          const { gpu, environment } = place
          const unshared =
            gpu !== undefined && (place.most === 1 || tenant.alone || tenant.needs === undefined)
          granted({ number, ...(gpu === undefined ? {} : { gpu }), environment, unshared })
        },
      }
      queue.push(asked)
      serve()
      return () => {
        const last = leave
        leave = () => {}
        last()
      }
    },
  }
}

/** MiB with the margin that the trials on a GPU take; those that were not measured count as nothing. */
function needsOf(tenants: ReadonlySet<Tenant>): number {
  return [...tenants].reduce((sum, { needs }) => sum + (needs ?? 0), 0)
}

/** MiB left on a GPU; undefined when nobody knows. */
function roomOn({ gpu, tenants }: OpenPlace): number | undefined {
  if (gpu?.memory === undefined || [...tenants].some(({ needs }) => needs === undefined)) return undefined
  return gpu.memory - (gpu.used ?? 0) - needsOf(tenants)
}

function lowest(taken: ReadonlySet<number>): number {
  let number = 0
  while (taken.has(number)) number += 1
  return number
}
