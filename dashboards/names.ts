/** Which metrics and dimensions a definition names, and which of them nobody defines. */
import type { Catalogue, Filter } from '#transforms/query/request.ts'
import type { Board, Tile } from './board.ts'
import type { ReportDefinition } from './report.ts'

/** Sentences naming file, key and the unknown name; empty when all is well. */
export function unknownNames(definition: Board | ReportDefinition, catalogue: Catalogue): string[] {
  const problems: string[] = []
  const metrics = new Map(catalogue.metrics.map((card) => [card.name, card]))
  const say = (key: string, problem: string) => problems.push(`${definition.slug}: ${key}: ${problem}`)
  const check = (key: string, metric: string, dimensions: readonly string[]) => {
    const card = metrics.get(metric)
    if (!card) return say(key, `no metric is named '${metric}'`)
    for (const dimension of dimensions) {
      if (!card.dimensions.includes(dimension)) say(key, `metric '${metric}' has no dimension '${dimension}'`)
    }
  }
  if ('tiles' in definition) {
    for (const filter of definition.filters) {
      if (!catalogue.dimensions.some((card) => card.name === filter))
        say('filters', `no dimension is named '${filter}'`)
    }
    definition.tiles.forEach((tile, i) => checkTile(`tiles[${i}] (${tile.id})`, tile, check))
  } else {
    definition.headlines.forEach((metric, i) => check(`headlines[${i}]`, metric, []))
    checkTile('chart', definition.chart, check)
    check('orders', definition.orders.metric, dimensionsOf(definition.orders.where))
  }
  return problems
}

function checkTile(
  key: string,
  tile: Tile,
  check: (key: string, metric: string, dimensions: readonly string[]) => void,
): void {
  const filtered = dimensionsOf(tile.where)
  if (tile.kind === 'kpi') check(key, tile.metric, filtered)
  else if (tile.kind === 'heatmap') check(key, tile.metric, [tile.x, tile.y, ...filtered])
  else if (tile.kind === 'series') check(key, tile.metric, [...(tile.by ? [tile.by] : []), ...filtered])
  else for (const metric of [tile.metric, ...tile.columns]) check(key, metric, [tile.by, ...filtered])
}

function dimensionsOf(where: readonly Filter[]): string[] {
  return where.map((filter) => filter.dimension)
}
