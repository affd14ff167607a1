import { expect, test } from 'vitest'
import { selectNames } from './graph.ts'
import { readProject } from './project.ts'

const project = readProject()
const selected = (...select: string[]): string[] => selectNames(project, { select })

test('without a selector everything is meant, what is read before what reads it', () => {
  const names = selectNames(project, {})
  expect(names).toHaveLength(project.models.length + project.seeds.length)
  for (const { name, refs } of project.models)
    for (const ref of refs) expect(names.indexOf(ref)).toBeLessThan(names.indexOf(name))
})

test('a plus before a name adds all it reads, one after it all that reads it', () => {
  expect(selected('int_payments')).toEqual(['int_payments'])
  expect(selected('+int_payments')).toEqual(['stg_events', 'int_payments'])
  expect(selected('anomalies+')).toEqual([
    'anomalies',
    'anomaly_state',
    'anomaly_current',
    'int_anomaly_days',
    'anomalies_by_day',
    'incident_blocks',
    'incident_runs',
    'incident_choices',
    'incident_members',
    'incident_member_current',
    'buyer_contacts',
    'anomaly_aftermath',
  ])
  expect(selected('+orders+')).toEqual(expect.arrayContaining(['stg_events', 'order_state', 'orders', 'reviews']))
  expect(selected('+orders+')).not.toContain('expectations')
})

test('a folder, a tag and a source select what is of them', () => {
  expect(selected('path:models/marts').every((name) => pathOf(name).startsWith('models/marts/'))).toBe(true)
  expect(selected('path:transforms/models/marts/')).toEqual(selected('path:models/marts'))
  expect(selected('path:models/staging/stg_events.sql')).toEqual(['stg_events'])
  expect(selected('path:seeds')).toEqual([
    'business_hours',
    'gateway_rules',
    'handling_rates',
    'holidays',
    'incident_causes',
    'incident_rules',
    'promotions',
    'rule_needs',
    'rules',
    'source_rules',
  ])
  expect(selected('tag:detection')).toEqual(expect.arrayContaining(['expectations', 'anomalies']))
  expect(selected('source:orderlens.dead_letters')).toEqual(['dead_letter_current'])
})

const pathOf = (name: string): string => project.models.find((model) => model.name === name)?.path ?? ''

test('selectors add up, a comma asks for both, and exclusions are taken away', () => {
  expect(selected('orders', 'rules')).toEqual(['rules', 'orders'])
  expect(selected('order_state+,path:models/marts')).toEqual(
    expect.arrayContaining(['orders', 'anomaly_current', 'reviews']),
  )
  expect(selected('order_state+,path:models/marts')).not.toContain('anomalies')
  expect(selectNames(project, { select: ['+int_payments'], exclude: ['stg_events'] })).toEqual(['int_payments'])
})

test('a selector that means nothing is refused, so that a slip does not look like success', () => {
  expect(() => selected('ordres')).toThrow(/nothing is selected by 'ordres'/)
  expect(() => selected('++')).toThrow(/expected a selector/)
  expect(() => selectNames(project, { exclude: ['tag:nothing'] })).toThrow(/nothing is selected/)
})
