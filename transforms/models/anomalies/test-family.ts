/** For tests: what must hold of every type of a family, asked of the lives of its cases in a warehouse of their own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readProject } from '#transforms/engine/project.ts'
import { openBuiltWarehouse } from '#transforms/engine/test-built.ts'
import { createTicker } from '#transforms/tick.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import {
  CLEARS,
  type Case,
  type Found,
  type Lived,
  type LookAlike,
  attachedId,
  besideOf,
  caseName,
  clearingId,
  evidenceOf,
  live,
  retold,
} from './test-cases.ts'

export type Family = { readonly cases: readonly Case[]; readonly lookAlikes: readonly LookAlike[] }

export const aFamily = (cases: readonly Case[], lookAlikes: readonly LookAlike[]): Family => ({ cases, lookAlikes })

export function testFamily(cases: readonly Case[], lookAlikes: readonly LookAlike[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'orderlens-anomalies-'))
  let warehouse: Warehouse
  let lived: Lived
  beforeAll(async () => {
    warehouse = await openBuiltWarehouse({ path: join(folder, 'warehouse') })
    lived = await live(warehouse, createTicker(warehouse, readProject()), cases, lookAlikes)
  }, 240_000)
  afterAll(async () => {
    await warehouse.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  })

  const of = (anomalies: Map<string, Found[]>, orderId: string, asked: Case): Found | undefined =>
    anomalies.get(orderId)?.find((one) => one.type === asked.type && one.attachedTo === attachedId(asked, orderId))

  test('every case is an order of its own', () => {
    expect(new Set(cases.map(caseName)).size).toBe(cases.length)
  })

  describe.each(cases.map((one) => ({ name: caseName(one), one })))('$name', ({ name, one }) => {
    test('is not open a second early, and open at its instant', () => {
      const before = of(lived.before, name, one)
      expect(before?.level).toBe(one.isForeseen ? 'at_risk' : undefined)
      expect(before?.openedAt ?? null).toBeNull()
      expect(of(lived.opened, name, one)).toMatchObject({
        level: 'breached',
        openedAt: 0,
        escalatedAt: null,
        resolvedAt: null,
      })
    })

    test('says what is in question, by which events and which threshold', () => {
      expect(of(lived.opened, name, one)).toMatchObject({
        exposure: one.exposure,
        evidence: evidenceOf(name, one),
        threshold: one.threshold,
      })
    })

    test(one.escalatesAt === undefined ? 'never escalates' : 'escalates at its instant', () => {
      for (const { at, before, after } of lived.escalations) {
        const isOver = one.escalatesAt !== undefined && at >= one.escalatesAt
        if (at === one.escalatesAt) expect(of(before, name, one)?.level).toBe('breached')
        expect(of(after, name, one)?.level).toBe(isOver ? 'escalated' : 'breached')
      }
      expect(of(lived.cleared, name, one)?.escalatedAt).toBe(one.escalatesAt ?? null)
    })

    const endOf = (orderId: string): Partial<Found> =>
      one.passesOnAt === undefined
        ? {
            resolvedAt: one.clearsAt ?? CLEARS,
            resolvedBy: clearingId(orderId, one),
            resolver: 'self_healed',
          }
        : { resolvedAt: one.passesOnAt, resolvedBy: '', resolver: 'expired' }
    test(one.passesOnAt === undefined ? 'is cleared by its fact, which it names' : 'ends when the worse begins', () => {
      expect(of(lived.cleared, name, one)).toMatchObject(endOf(name))
    })

    test('is the same when told backwards and twice', () => {
      const told = of(lived.cleared, name, one)
      const again = of(lived.cleared, retold(name), one)
      expect(again).toEqual({
        ...told,
        attachedTo: attachedId(one, retold(name)),
        threshold: JSON.parse(
          JSON.stringify(told?.threshold ?? null).replaceAll(besideOf(name), besideOf(retold(name))),
        ) as unknown,
        ...endOf(retold(name)),
        evidence: evidenceOf(retold(name), one),
      })
    })
  })

  test.each(lookAlikes.map((alike, n) => ({ ...alike, n })))('$type is not: $why', ({ type, n }) => {
    const stages = [lived.before, lived.opened, ...lived.escalations.map(({ after }) => after), lived.cleared]
    for (const anomalies of stages) {
      const open = (anomalies.get(`${type}~alike-${n}`) ?? []).filter(
        (one) => one.type === type && one.openedAt !== null,
      )
      expect(open).toEqual([])
    }
  })
}
