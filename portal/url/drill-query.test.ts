import { describe, expect, it } from 'vitest'
import { drillRequest, drillState, readDrill, writeDrill } from './drill-query.ts'

const drill = {
  metric: 'anomalies_opened',
  where: [{ dimension: 'channel', op: 'in' as const, values: ['天猫 & "x"'] }],
  zone: 'Asia/Shanghai',
  from: '2026-11-20T16:00:00.000Z',
  to: '2026-11-21T16:00:00.000Z',
}

describe('drill in the URL', () => {
  it('survives the way there and back with the mark’s own number', () => {
    const state = drillState({ value: 37, n: 37, drill })
    expect(readDrill(writeDrill(state))).toEqual(state)
  })
  it('asks exactly what the mark stands for', () => {
    expect(drillRequest(drillState({ value: 37, n: 37, drill }))).toEqual({ ...drill, limit: 25, offset: 0 })
  })
  it('carries sorting, page and the moment of a snapshot', () => {
    const state = {
      metric: 'open_backlog',
      where: [],
      zone: 'UTC',
      as_of: '2026-11-21T16:00:00.000Z',
      known_at: '2026-11-22T16:00:00.000Z',
      sort: 'due_at',
      descending: false,
      offset: 50,
    }
    expect(drillRequest(readDrill(writeDrill(state))!)).toMatchObject({
      as_of: state.as_of,
      known_at: state.known_at,
      sort: 'due_at',
      descending: false,
      offset: 50,
    })
  })
  it.each([
    undefined,
    '',
    'nonsense',
    'null',
    '[]',
    '{"metric":1}',
    '{"metric":"m","where":[{"dimension":"x"}]}',
    '{"metric":"m","where":{}}',
  ])('reads %s as no drill', (text) => expect(readDrill(text)).toBeNull())
})
