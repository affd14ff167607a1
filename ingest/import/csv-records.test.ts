import { describe, expect, test } from 'vitest'
import { parseHeader, splitRecords } from './csv-records.ts'

const split = (text: string): [number, string][] =>
  [...splitRecords(Buffer.from(text))].map(({ line, bytes }) => [line, bytes.toString()])

describe('a CSV file is cut into records', () => {
  test('one per line, without the line end, whatever it is', () => {
    expect(split('a,b\r\n1,2\n\n3,4')).toEqual([
      [1, 'a,b'],
      [2, '1,2'],
      [4, '3,4'],
    ])
  })

  test('a line break, a comma or a doubled quote inside quotes belongs to its record', () => {
    expect(split('x,"a\r\nb,""c""\n"\ny,"",z\n')).toEqual([
      [1, 'x,"a\r\nb,""c""\n"'],
      [4, 'y,"",z'],
    ])
  })

  test('a quote inside an unquoted field is a character', () => {
    expect(split('5" nail,1\n2,3')).toEqual([
      [1, '5" nail,1'],
      [2, '2,3'],
    ])
  })

  test('an unclosed quote costs its own line only', () => {
    expect(split('1,"open\n2,two\n"3",three\n4,"four"\n')).toEqual([
      [1, '1,"open'],
      [2, '2,two'],
      [3, '"3",three'],
      [4, '4,"four"'],
    ])
  })

  test('an unclosed quote at the end of the file costs its own line only', () => {
    expect(split('1,"open\n2,two')).toEqual([
      [1, '1,"open'],
      [2, '2,two'],
    ])
  })

  test('text after a closing quote makes the line a record of its own', () => {
    expect(split('1,"a"b\n2,c')).toEqual([
      [1, '1,"a"b'],
      [2, '2,c'],
    ])
  })

  test('nothing is nothing', () => {
    expect(split('')).toEqual([])
    expect(split('\n\r\n')).toEqual([])
  })
})

test('a header loses its byte order mark, quotes and spaces', () => {
  expect(parseHeader(Buffer.from('\uFEFF"order_id", customer_id ,"status"'))).toEqual([
    'order_id',
    'customer_id',
    'status',
  ])
})
