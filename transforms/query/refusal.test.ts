import { expect, test } from 'vitest'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { createDoor } from './door.ts'
import { hostileTexts } from './hostile-text.ts'
import type { MetricRequestInput } from './request.ts'
import { unrestricted } from './request.ts'

// safe because a request that is refused never reaches the warehouse
const door = createDoor({} as Warehouse)

test.each(hostileTexts)('%j as a name is refused', async (text) => {
  const refused = async (request: MetricRequestInput) =>
    expect(door.measure(request, unrestricted)).rejects.toMatchObject({ name: 'QueryError', retryable: false })
  await refused({ metric: text })
  await refused({ metric: 'orders_placed', by: [text] })
  await refused({ metric: 'orders_placed', where: [{ dimension: text, values: ['x'] }] })
  await refused({ metric: 'orders_placed', time: text })
  await refused({ metric: 'orders_placed', zone: text })
  await refused({ metric: 'orders_placed', from: text })
  await refused({ metric: 'orders_placed', order: text as 'natural' })
  await expect(door.drill({ metric: 'orders_placed', sort: text }, unrestricted)).rejects.toMatchObject({
    name: 'QueryError',
  })
  await expect(door.queue({ view: text, limit: 5 }, unrestricted)).rejects.toMatchObject({
    name: 'QueryError',
  })
  await expect(door.dimensionValues(text, unrestricted)).rejects.toMatchObject({ name: 'QueryError' })
})
