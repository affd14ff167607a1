import { expect, test } from 'vitest'
import { TupleParam, declaredTypes, paramValue } from './params.ts'

test('types are read from the statement', () => {
  const types = declaredTypes(
    "select {a:String}, { b : Array(Tuple(String, UInt8)) } from t where x = {c: DateTime64(3, 'UTC')}",
  )
  expect([...types]).toEqual([
    ['a', 'String'],
    ['b', 'Array(Tuple(String, UInt8))'],
    ['c', "DateTime64(3, 'UTC')"],
  ])
})

test('scalars come escaped', () => {
  expect(paramValue("a\\tb\\nc\\\\d\\'e 订单", 'String')).toBe("a\tb\nc\\d'e 订单")
  expect(paramValue('[1, 2]', 'String')).toBe('[1, 2]')
  expect(paramValue('\\N', 'Nullable(String)')).toBeNull()
})

test('arrays, tuples and maps come as literals', () => {
  expect(paramValue("['a\\'b', 'c''d', NULL]", 'Array(Nullable(String))')).toEqual(["a'b", "c'd", null])
  expect(paramValue('[[1],[-2,3]]', 'Array(Array(Int64))')).toEqual([[1n], [-2n, 3n]])
  expect(paramValue("(1.5,'x',TRUE)", 'Tuple(Float64, String, Bool)')).toEqual(new TupleParam([1.5, 'x', true]))
  expect(paramValue("{'k':1}", 'Map(String, UInt8)')).toEqual(new Map([['k', 1n]]))
})

test.each(["['a", '[1', "['a'] or 1=1", '[a]', "{'k'1}"])('%s is refused as an array or map', (text) => {
  expect(() => paramValue(text, text.startsWith('{') ? 'Map(String, UInt8)' : 'Array(String)')).toThrow(/parameter/)
})
