/** Tooltips as elements with classes: markup with style attributes would need a wider content security policy. */
import { colourOf, type Theme } from '#dashboards/charts/colour.ts'
import type { Language } from '#dashboards/charts/context.ts'
import { formatValue } from '#dashboards/charts/format.ts'
import type { HeatmapModel, Measure, SeriesModel } from '#dashboards/charts/model.ts'
import type { UsualModel } from '#dashboards/charts/usual.ts'

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag)
  made.className = className
  made.textContent = text
  return made
}

function line(label: string, value: string, colour?: string): HTMLElement {
  const row = element('div', 'tip-row')
  const dot = element('i', 'tip-dot')
  if (colour === undefined) dot.hidden = true
  else dot.style.backgroundColor = colour
  row.append(dot, element('span', 'tip-label', label), element('b', 'tip-value', value))
  return row
}

const text = (value: number | null, measure: Measure, language: Language): string =>
  formatValue(value, { ...measure, language })

export interface SeriesWords {
  total: string
  usual: string
  /** Said of a value that still changes. */
  immature: string
}
interface TipLook {
  theme: Theme
  language: Language
  words: SeriesWords
  usual?: UsualModel | undefined
}

/** One bucket of a series: its lines that say something, largest first, their sum when they are stacked, and what is usual. */
export function seriesTip(model: SeriesModel, index: number, { theme, language, words, usual }: TipLook): HTMLElement {
  const tip = element('div', 'tip')
  tip.append(element('div', 'tip-head', model.buckets[index]?.long_label ?? ''))
  const found = model.lines
    .map((one) => ({ one, value: one.marks[index]?.value ?? null }))
    .filter(({ value }) => value !== null && (value !== 0 || model.lines.length === 1))
  found.sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
  for (const { one, value } of found)
    tip.append(line(one.label, text(value, model, language), colourOf(one.colour, theme)))
  const adds = model.draw === 'bars' && model.lines.length > 1
  if (adds)
    tip.append(
      line(
        words.total,
        text(
          found.reduce((sum, { value }) => sum + (value ?? 0), 0),
          model,
          language,
        ),
      ),
    )
  const band = usual?.band[index]
  if (band)
    tip.append(
      line(words.usual, [band.low, band.high].map((edge) => text(Math.round(edge), model, language)).join(' – ')),
    )
  if (model.lines.some(({ marks }) => marks[index]?.immature)) tip.append(element('div', 'tip-label', words.immature))
  return tip
}

/** One cell of a heatmap. */
export function heatmapTip(model: HeatmapModel, index: number, language: Language): HTMLElement {
  const width = model.x.values.length
  const [x, y] = [model.x.values[index % width], model.y.values[Math.floor(index / width)]]
  const tip = element('div', 'tip')
  tip.append(
    element('div', 'tip-head', `${y?.label ?? ''} · ${x?.label ?? ''}`),
    line(model.label, text(model.cells[index]?.value ?? null, model, language)),
  )
  return tip
}

/** One place on an axis, with rows that are ready to read. */
export function axisTip(
  head: string,
  rows: readonly { readonly label: string; readonly value: string; readonly colour: string }[],
): HTMLElement {
  const tip = element('div', 'tip')
  tip.append(element('div', 'tip-head', head), ...rows.map((row) => line(row.label, row.value, row.colour)))
  return tip
}
