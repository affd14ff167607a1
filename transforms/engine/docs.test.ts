import { join } from 'node:path'
import { expect, test } from 'vitest'
import { docsPage } from './docs.ts'
import { selectNames } from './graph.ts'
import { edgesOf, lineageChart, lineageText } from './lineage.ts'
import { readProject } from './project.ts'

const project = readProject()
const small = readProject(join(import.meta.dirname, 'fixture'))

test('the page says of every model what it is, what it reads, its columns and what must hold of them', () => {
  const page = docsPage(project, selectNames(project, {}))
  for (const { name, card } of project.models) {
    expect(page).toContain(`### ${name}\n\n${card.description.trim()}`)
    for (const column of card.columns) expect(page).toContain(`| \`${column.name}\` |`)
  }
  expect(page).toContain('- Reads: order_state\n')
  expect(page).toContain('- Unit tests: a_payment_is_merged_from_its_events')
  expect(page).toContain('### orderlens.events')
  expect(page).toMatch(/\| `order_id` \| The order\. \| unique; not_null \|/)
})

test('a page about a selection is about nothing else', () => {
  const page = docsPage(project, selectNames(project, { select: ['dead_letter_current'] }))
  expect(page).toContain('### orderlens.dead_letters')
  expect(page).not.toContain('### orders')
})

test('lineage names what is read and what reads it, sources under their full names', () => {
  expect(edgesOf(small)).toEqual([
    { from: 'orderlens.events', to: 'small_feed' },
    { from: 'orderlens.events', to: 'stg_small' },
    { from: 'stg_small', to: 'small_state' },
    { from: 'weights', to: 'small_state' },
    { from: 'small_state', to: 'small_total' },
    { from: 'small_total', to: 'small_view' },
  ])
  expect(lineageText(small, ['small_state'])).toBe('small_state\n  ← stg_small\n  ← weights\n  → small_total')
  expect(lineageChart(small, ['small_feed'])).toBe(
    'flowchart LR\n  orderlens__events["orderlens.events"] --> small_feed["small_feed"]',
  )
})
