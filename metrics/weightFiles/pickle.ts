import { PickleMachine, refused } from "./pickleMachine.ts"
import { quoted, WeightFileError } from "./weightFileError.ts"

/** A Python list; tuples are read as plain arrays, dicts as maps. */
export class PickleList {
  readonly items: unknown[] = []
}

/** A Python class or function that a pickle names, of those that its reader allows. */
export interface AllowedGlobal {
  /** `module.name` */
  readonly name: string
  /**
   * What a call gives, from plain data; without it, the global may be named and not called.
   * @throws WeightFileError when the arguments do not fit
   */
  readonly call?: (args: readonly unknown[]) => unknown
}

/** What a pickle may refer to. */
export interface PickleWorld {
  /** Allowed globals by `module.name`; any other is refused. */
  readonly globals: ReadonlyMap<string, AllowedGlobal>
  /** What a persistent id stands for, e.g. a tensor's storage. */
  readonly persistent: (id: unknown) => unknown
}

/**
 * Reads one pickle (PEP 307, 3154: the binary operations of protocols 2 to 5) as plain data. Nothing is ever executed:
 * a global is looked up among those allowed, a call is a call of our own function, an object's state is ignored, and
 * every operation that makes objects by other ways is refused.
 *
 * @returns the value, and where the pickle ends
 * @throws WeightFileError, one sentence that names what was refused
 */
export function readPickle(
  bytes: Uint8Array,
  start: number,
  world: PickleWorld,
): { readonly value: unknown; readonly end: number } {
  const machine = new PickleMachine(bytes, start)
  for (;;) {
    machine.spend(1)
    const code = machine.byte()
    if (code === stop) return { value: machine.pop(), end: machine.at }
    const operation = operations.get(code)
    if (operation === undefined) {
      throw refused(
        `the operations of plain data but got operation 0x${code.toString(16)} at byte ${machine.at - 1}`,
      )
    }
    operation(machine, world)
  }
}

const stop = 0x2e

/** The operations of plain data, by their code (CPython, Lib/pickletools.py). */
const operations: ReadonlyMap<number, (machine: PickleMachine, world: PickleWorld) => void> = new Map<
  number,
  (machine: PickleMachine, world: PickleWorld) => void
>([
  [0x80, (m) => void m.byte()], // PROTO
  [0x95, (m) => void m.uint64()], // FRAME
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4b, (m) => m.push(m.byte())], // BININT1
  [0x4d, (m) => m.push(m.uint16())], // BININT2
  [0x4a, (m) => m.push(m.int32())], // BININT
  [0x8a, (m) => m.push(m.integer(m.byte()))], // LONG1
  [0x8b, (m) => m.push(m.integer(m.uint32()))], // LONG4
  [0x47, (m) => m.push(m.float64())], // BINFLOAT
  [0x55, (m) => m.push(m.text(m.byte()))], // SHORT_BINSTRING, of Python 2
  [0x54, (m) => m.push(m.text(m.uint32()))], // BINSTRING, of Python 2
  [0x8c, (m) => m.push(m.text(m.byte()))], // SHORT_BINUNICODE
  [0x58, (m) => m.push(m.text(m.uint32()))], // BINUNICODE
  [0x8d, (m) => m.push(m.text(m.uint64()))], // BINUNICODE8
  [0x43, (m) => m.push(m.take(m.byte()))], // SHORT_BINBYTES
  [0x42, (m) => m.push(m.take(m.uint32()))], // BINBYTES
  [0x29, (m) => m.push([])], // EMPTY_TUPLE
  [0x85, (m) => m.push([m.pop()])], // TUPLE1
  [0x86, (m) => m.push([m.pop(), m.pop()].reverse())], // TUPLE2
  [0x87, (m) => m.push([m.pop(), m.pop(), m.pop()].reverse())], // TUPLE3
  [0x28, (m) => m.mark()], // MARK
  [0x74, (m) => m.push(m.popToMark())], // TUPLE
  [0x5d, (m) => m.push(new PickleList())], // EMPTY_LIST
  [0x61, (m) => append(m, [m.pop()])], // APPEND
  [0x65, (m) => append(m, m.popToMark())], // APPENDS
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x73, (m) => setItems(m, [m.pop(), m.pop()].reverse())], // SETITEM
  [0x75, (m) => setItems(m, m.popToMark())], // SETITEMS
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popToMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP
  [0x71, (m) => void m.memo.set(m.byte(), m.top())], // BINPUT
  [0x72, (m) => void m.memo.set(m.uint32(), m.top())], // LONG_BINPUT
  [0x94, (m) => void m.memo.set(m.memo.size, m.top())], // MEMOIZE
  [0x68, (m) => recall(m, m.byte())], // BINGET
  [0x6a, (m) => recall(m, m.uint32())], // LONG_BINGET
  [0x63, (m, world) => m.push(globalOf(world, m.line(), m.line()))], // GLOBAL
  [0x93, stackGlobal], // STACK_GLOBAL
  [0x52, reduce], // REDUCE
  [0x62, build], // BUILD
  [0x51, (m, world) => m.push(world.persistent(m.pop()))], // BINPERSID
])

function append(machine: PickleMachine, items: readonly unknown[]): void {
  const list = machine.top()
  if (!(list instanceof PickleList)) throw refused("a list to append to but got another value")
  for (const item of items) list.items.push(item)
}

function setItems(machine: PickleMachine, items: readonly unknown[]): void {
  const dict = machine.top()
  if (!(dict instanceof Map)) throw refused("a dict to set items of but got another value")
  setPairs(dict, items)
}

/** Sets keys and values that stand in turn. Keys are plain values, as a dict's of names or numbers are. */
function setPairs(dict: Map<unknown, unknown>, items: readonly unknown[]): void {
  if (items.length % 2 !== 0) throw refused("as many values as keys in a dict but got one more key")
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i]
    if (typeof key === "object" && key !== null)
      throw refused("texts or numbers as keys of a dict but got an object")
    dict.set(key, items[i + 1])
  }
}

function recall(machine: PickleMachine, index: number): void {
  if (!machine.memo.has(index)) throw refused(`a value remembered as ${index} but there is none`)
  machine.push(machine.memo.get(index))
}

function stackGlobal(machine: PickleMachine, world: PickleWorld): void {
  const [name, module] = [machine.pop(), machine.pop()]
  if (typeof name !== "string" || typeof module !== "string")
    throw refused("texts as the name of a global but got another value")
  machine.push(globalOf(world, module, name))
}

/** An allowed global, as a class of its own so that data cannot be taken for it. */
class Global {
  readonly meaning: AllowedGlobal
  constructor(meaning: AllowedGlobal) {
    this.meaning = meaning
  }
}

/** The name of a value that is a global; undefined for any other value. */
export function globalName(value: unknown): string | undefined {
  return value instanceof Global ? value.meaning.name : undefined
}

function globalOf(world: PickleWorld, module: string, name: string): Global {
  const meaning = world.globals.get(`${module}.${name}`)
  if (meaning !== undefined) return new Global(meaning)
  throw new WeightFileError(
    `Expected a pickle of tensors only but it names the global ${quoted(`${module}.${name}`)}, which could run code; save the network's state_dict() and nothing else.`,
  )
}

function reduce(machine: PickleMachine): void {
  const [args, callee] = [machine.pop(), machine.pop()]
  if (!(callee instanceof Global) || callee.meaning.call === undefined || !Array.isArray(args)) {
    throw refused(
      `a call of a known constructor but got one of ${quoted(globalName(callee) ?? "another value")}`,
    )
  }
  // A long argument that is remembered once and passed a thousand times is a thousand times the work.
  for (const argument of args) machine.spend(lengthOf(argument))
  machine.push(callee.meaning.call(args))
}

function lengthOf(argument: unknown): number {
  return argument instanceof PickleList
    ? argument.items.length
    : Array.isArray(argument)
      ? argument.length
      : 0
}

/** Attributes of a dict (torch's `_metadata`) are dropped; anything else with a state is refused. */
function build(machine: PickleMachine): void {
  machine.pop()
  if (!(machine.top() instanceof Map))
    throw refused("attributes of a dict only but got those of another object")
}

/** `collections.OrderedDict`, empty or (Python 2) of a list of pairs. */
export const orderedDict: AllowedGlobal = {
  name: "collections.OrderedDict",
  call([pairs, ...more]) {
    const dict = new Map<unknown, unknown>()
    if (pairs === undefined) return dict
    if (!(pairs instanceof PickleList) || more.length > 0)
      throw refused("pairs in an OrderedDict but got another value")
    for (const item of pairs.items) {
      const pair = item instanceof PickleList ? item.items : item
      if (!Array.isArray(pair) || pair.length !== 2)
        throw refused("pairs in an OrderedDict but got another value")
      setPairs(dict, pair)
    }
    return dict
  },
}
