/** Where the boxes and lines of a lineage stand: left what is read, right what reads it. */
import type { ModelState } from '#api/contract/data.ts'

type LineageNode = { name: string; x: number; y: number; layer: string; isKnown: boolean }
type LineageEdge = { id: string; from: string; to: string; path: string }
export type Lineage = { nodes: LineageNode[]; edges: LineageEdge[]; width: number; height: number }

export const box = { width: 168, height: 28, gapX: 46, gapY: 10, edge: 6 }
type Link = { from: string; to: string }

/** All that a relation reads, directly or not, all that reads it, and itself; everything without a focus. */
export function lineageOf(models: readonly ModelState[], focus: string | null): Lineage {
  const links = models.flatMap(({ name, reads }) => reads.map((from): Link => ({ from, to: name })))
  const all = [...new Set([...models.map(({ name }) => name), ...links.map(({ from }) => from)])]
  const shown = focus === null || !all.includes(focus) ? new Set(all) : neighbourhood(links, focus)
  const own = links.filter(({ from, to }) => shown.has(from) && shown.has(to))
  const columns = placed([...shown], own)
  const rows = Math.max(0, ...columns.map((column) => column.length))
  const height = 2 * box.edge + Math.max(0, rows * (box.height + box.gapY) - box.gapY)
  const known = new Map(models.map((model) => [model.name, model]))
  const nodes = columns.flatMap((column, depth) =>
    column.map((name, row): LineageNode => {
      const used = column.length * (box.height + box.gapY) - box.gapY
      return {
        name,
        x: box.edge + depth * (box.width + box.gapX),
        y: (height - used) / 2 + row * (box.height + box.gapY),
        layer: known.get(name)?.layer ?? '',
        isKnown: known.has(name),
      }
    }),
  )
  const at = new Map(nodes.map((node) => [node.name, node]))
  return {
    nodes,
    edges: own.flatMap((link) => edgeOf(link, at)),
    width: 2 * box.edge + Math.max(0, columns.length * (box.width + box.gapX) - box.gapX),
    height,
  }
}

function neighbourhood(links: readonly Link[], focus: string): Set<string> {
  const reach = (next: (name: string) => string[]): Set<string> => {
    const found = new Set([focus])
    for (const name of found) for (const other of next(name)) found.add(other)
    return found
  }
  const above = reach((name) => links.filter(({ to }) => to === name).map(({ from }) => from))
  const below = reach((name) => links.filter(({ from }) => from === name).map(({ to }) => to))
  return new Set([...above, ...below])
}

/** Columns by the longest way from what reads nothing; in each, by where the boxes stand that it reads. */
function placed(names: readonly string[], links: readonly Link[]): string[][] {
  const depths = new Map<string, number>()
  const depthOf = (name: string): number => {
    const known = depths.get(name)
    if (known !== undefined) return known
    depths.set(name, 0)
    const above = links.filter(({ to }) => to === name).map(({ from }) => depthOf(from) + 1)
    depths.set(name, Math.max(0, ...above))
    return depths.get(name) ?? 0
  }
  const columns: string[][] = []
  for (const name of [...names].sort()) (columns[depthOf(name)] ??= []).push(name)
  const row = new Map<string, number>()
  for (const column of columns) {
    const weight = (name: string): number => {
      const above = links.filter(({ to }) => to === name).map(({ from }) => row.get(from) ?? 0)
      return above.length === 0 ? 0 : above.reduce((sum, one) => sum + one, 0) / above.length
    }
    column.sort((a, b) => weight(a) - weight(b) || (a < b ? -1 : 1))
    for (const [index, name] of column.entries()) row.set(name, index - column.length / 2)
  }
  return columns
}

function edgeOf({ from, to }: Link, at: ReadonlyMap<string, LineageNode>): LineageEdge[] {
  const [start, end] = [at.get(from), at.get(to)]
  if (start === undefined || end === undefined) return []
  const [x1, y1, x2, y2] = [start.x + box.width, start.y + box.height / 2, end.x, end.y + box.height / 2]
  const middle = (x1 + x2) / 2
  return [{ id: `${from} ${to}`, from, to, path: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` }]
}
