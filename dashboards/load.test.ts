import { expect, test } from 'vitest'
import { z } from 'zod'
import { boardSchema } from './board.ts'
import { DashboardError } from './errors.ts'
import { loadBoards, loadReportDefinitions, parseDashboard } from './load.ts'
import { reportDefinitionSchema } from './report.ts'

test('every board and report definition in the repository is readable', () => {
  expect(loadBoards().map((board) => board.slug)).toContain('overview')
  expect(loadReportDefinitions().map((report) => report.slug)).toContain('daily-anomalies')
})

test('every report opens a board that exists, and tile ids are unique in their board', () => {
  const boards = loadBoards()
  for (const report of loadReportDefinitions()) expect(boards.map((board) => board.slug)).toContain(report.board)
  for (const board of boards) expect(new Set(board.tiles.map((tile) => tile.id)).size).toBe(board.tiles.length)
})

test('a wrong key is named with its file', () => {
  const text =
    'slug: x\ntitle: {en: X}\ndescription: {en: X, zh: X}\nfilters: []\ndefault_window: 8d\ntiles: [{id: a, kind: kpi, metric: M, title: {en: A, zh: A}}]'
  const message = messageOf(() => parseDashboard('boards/x.yml', text, boardSchema))
  expect(message).toContain('boards/x.yml')
  expect(message).toContain('title.zh')
  expect(message).toContain('default_window')
  expect(message).toContain('tiles[0].metric')
})

test('text that is not YAML and a slug that is not the file name are refused', () => {
  expect(messageOf(() => parseDashboard('boards/x.yml', 'a: [', boardSchema))).toMatch(
    /boards\/x\.yml: not readable as YAML/,
  )
  const text =
    'slug: y\ntitle: {en: X, zh: X}\ndescription: {en: X, zh: X}\nfilters: []\ndefault_window: 7d\ntiles: [{id: a, kind: kpi, metric: m, title: {en: A, zh: A}}]'
  expect(messageOf(() => parseDashboard('boards/x.yml', text, boardSchema))).toContain("expected 'x'")
})

// Refresh with `npx vitest run dashboards -u` after changing a shape.
test.each([
  ['board', boardSchema],
  ['report', reportDefinitionSchema],
])('the JSON Schema that editors use for a %s is current', async (name, schema) => {
  const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' })
  await expect(`${JSON.stringify(json, null, 2)}\n`).toMatchFileSnapshot(`./schema/${name}.json`)
})

function messageOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof DashboardError) return error.message
    throw error
  }
  throw new Error('nothing was thrown')
}
