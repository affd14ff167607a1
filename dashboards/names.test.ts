import { expect, test } from 'vitest'
import { catalogueOf, definitions } from '#transforms/metrics/definitions.ts'
import { boardSchema } from './board.ts'
import { loadBoards, loadReportDefinitions } from './load.ts'
import { unknownNames } from './names.ts'

const catalogue = catalogueOf(definitions())

// A failure names board, key and name: correct the name in the YAML, or define the metric in `transforms/metrics`.
test('every metric and dimension that a board or report names exists', () => {
  for (const definition of [...loadBoards(), ...loadReportDefinitions()])
    expect(unknownNames(definition, catalogue)).toEqual([])
})

test('an unknown name is found wherever it stands', () => {
  const title = { en: 'T', zh: '题' }
  const board = boardSchema.parse({
    slug: 'x',
    title,
    description: title,
    filters: ['nothing'],
    default_window: '7d',
    tiles: [
      { id: 'a', kind: 'kpi', metric: 'nothing', title },
      { id: 'b', kind: 'ranking', metric: 'anomalies_opened', by: 'nothing', columns: ['nothing'], title },
      { id: 'c', kind: 'series', metric: 'anomalies_opened', where: [{ dimension: 'nothing', values: [] }], title },
    ],
  })
  expect(unknownNames(board, catalogue)).toEqual([
    "x: filters: no dimension is named 'nothing'",
    "x: tiles[0] (a): no metric is named 'nothing'",
    "x: tiles[1] (b): metric 'anomalies_opened' has no dimension 'nothing'",
    "x: tiles[1] (b): no metric is named 'nothing'",
    "x: tiles[2] (c): metric 'anomalies_opened' has no dimension 'nothing'",
  ])
})
