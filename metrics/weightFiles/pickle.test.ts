import fc from "fast-check"
import { expect, test } from "vitest"
import { orderedDict, PickleList, readPickle } from "./pickle.ts"
import { call, code, dictOf, int, pickle, text } from "./testing/pth.ts"
import { WeightFileError } from "./weightFileError.ts"

const world = { globals: new Map([[orderedDict.name, orderedDict]]), persistent: (id: unknown) => ({ id }) }
const read = (value: Uint8Array) => readPickle(pickle(value), 0, world).value

test("plain data are read", () => {
  expect(
    read(
      dictOf([
        ["a", code("N")],
        ["b", int(-3)],
      ]),
    ),
  ).toEqual(
    new Map<string, unknown>([
      ["a", null],
      ["b", -3],
    ]),
  )
  expect(read(code("K\x05"))).toBe(5)
  expect(read(code("M\x05\x01"))).toBe(261)
  expect(read(code("\x8a\x02\xff\xff"))).toBe(-1)
  expect(read(code("\x8a\x00"))).toBe(0)
  expect(read(code("G\x3f\xf8\x00\x00\x00\x00\x00\x00"))).toBe(1.5)
  expect(read(code("U\x02ab"))).toBe("ab")
  expect(read(code("K\x01K\x02\x86"))).toEqual([1, 2])
  expect((read(code("](K\x01K\x02e")) as PickleList).items).toEqual([1, 2])
  expect(read(code("K\x01q\x00h\x00\x86"))).toEqual([1, 1])
  expect(read(Buffer.concat([text("key"), code("Q")]))).toEqual({ id: "key" })
})

test("a pickle of Python 3's own making is read", () => {
  // CPython 3.11: pickle.dumps({"a": [1, 2.5, True], "b": (None, "é", b"x", 2**40)}, protocol=4).hex()
  const hex =
    "80049532000000000000007d94288c0161945d94284b0147400400000000000088658c016294284e8c02c3a9" +
    "94430178948a060000000000017494752e"
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"))
  expect(readPickle(bytes, 0, world)).toEqual({
    end: bytes.length,
    value: new Map<string, unknown>([
      ["a", Object.assign(new PickleList(), { items: [1, 2.5, true] })],
      ["b", [null, "é", new Uint8Array([0x78]), 2 ** 40]],
    ]),
  })
})

test("an ordered dict is read from nothing and from pairs", () => {
  expect(read(call("collections", "OrderedDict"))).toEqual(new Map())
  const pairs = Buffer.concat([code("](]("), text("a"), int(1), code("ee")])
  expect(read(call("collections", "OrderedDict", pairs))).toEqual(new Map([["a", 1]]))
})

test.each([
  [
    "os.system",
    call("os", "system", text("echo unsafe")),
    'names the global "os.system", which could run code',
  ],
  ["builtins.eval", call("builtins", "eval", text("1")), '"builtins.eval"'],
  ["a dotted global", Buffer.concat([text("torch"), text("os.system"), code("\x93)R")]), '"torch.os.system"'],
  ["a constructor of the prototype", call("collections", "constructor"), '"collections.constructor"'],
  ["NEWOBJ", code(")\x81"), "operation 0x81"],
  ["INST", code("(ios\nsystem\n"), "operation 0x69"],
  ["OBJ", code("(o"), "operation 0x6f"],
  ["EXT1", code("\x82\x01"), "operation 0x82"],
  ["a call of data", code("K\x01)R"), "a call of a known constructor"],
  ["a state of a list", code("]}b"), "attributes of a dict only"],
  ["an empty stack", code("0"), "a value on the stack"],
  ["a mark that is missing", code("t"), "a value on the stack"],
  ["an unknown memory", code("h\x09"), "a value remembered as 9"],
  ["a list as a key", code("}]Ns"), "texts or numbers as keys"],
  ["a key without value", code("}(Nu"), "as many values as keys"],
  ["items of a number", code("K\x01NNs"), "a dict to set items of"],
  ["a text longer than the file", code("X\xff\xff\xff\xff"), "it is cut off at byte"],
  ["an endless integer", code("\x8b\xff\xff\xff\xff"), "integers of at most 32 bytes but got 4294967295"],
  ["a stack of marks", code("(".repeat(200_000)), "at most 100000 values on the stack"],
  [
    "a long list passed again and again",
    // The list is remembered as 0, one pair in it as 1.
    Buffer.concat([
      code("]q\x00NN\x86q\x01a"),
      code("h\x00h\x01a0".repeat(50_000)),
      code("ccollections\nOrderedDict\nq\x02"),
      code("h\x02h\x00\x85R".repeat(100_000)),
    ]),
    "at most 1000000 operations",
  ],
  ["a million operations", code("N0".repeat(600_000)), "at most 1000000 operations"],
])("%s: refused in one sentence", (_, value, sentence) => {
  expect(() => read(value)).toThrow(WeightFileError)
  expect(() => read(value)).toThrow(sentence)
})

test("any bytes are read or refused, never anything else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readPickle(bytes, 0, world)
      } catch (error) {
        expect(error).toBeInstanceOf(WeightFileError)
      }
    }),
    { numRuns: 2000 },
  )
})
