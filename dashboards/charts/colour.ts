/** One colour means one thing on every screen and in every e-mail. */
import type { Colour } from './model.ts'

export type Theme = 'light' | 'dark'
/** [on light, on dark]; every shade keeps 3:1 against its surface. */
type Shades = readonly [light: string, dark: string]

export const surfaces: Record<Theme, string> = { light: '#ffffff', dark: '#16181d' }
export const inks: Record<Theme, { text: string; faint: string; line: string }> = {
  light: { text: '#1f2430', faint: '#5b6472', line: '#d9dde3' },
  dark: { text: '#e8eaf0', faint: '#a3abb8', line: '#343a45' },
}

const accent: Shades = ['#3056d3', '#7d9bff']
const others: Shades = ['#7a828e', '#8d95a1']

const known: Record<string, Record<string, Shades>> = {
  anomaly_type: {
    order_unpaid_timeout: ['#7a5af8', '#a996ff'],
    payment_failed: ['#d92d20', '#ff7a6e'],
    payment_amount_mismatch: ['#c11574', '#f47fc0'],
    duplicate_payment: ['#7a4a2b', '#c9966f'],
    not_shipped: ['#c4630a', '#f5a04e'],
    label_no_pickup: ['#85780a', '#d3c34a'],
    logistics_stalled: ['#0e7c66', '#35c2a4'],
    delivery_late: ['#1668c7', '#5aa9f8'],
    refund_stalled: ['#4a5568', '#a9b4c6'],
  },
  severity: {
    s1: ['#b42318', '#ff7a6e'],
    s2: ['#c4630a', '#f5a04e'],
    s3: ['#85780a', '#d3c34a'],
    s4: ['#4a5568', '#a9b4c6'],
  },
  level: { at_risk: ['#85780a', '#d3c34a'], breached: ['#c4630a', '#f5a04e'], escalated: ['#b42318', '#ff7a6e'] },
}

/** For identities nobody listed: a carrier keeps its colour because its name does not change. */
const palette: readonly Shades[] = [
  ['#1668c7', '#5aa9f8'],
  ['#c4630a', '#f5a04e'],
  ['#0e7c66', '#35c2a4'],
  ['#c11574', '#f47fc0'],
  ['#7a5af8', '#a996ff'],
  ['#85780a', '#d3c34a'],
  ['#d92d20', '#ff7a6e'],
  ['#7a4a2b', '#c9966f'],
  ['#027a9e', '#41b8d9'],
  ['#3d7a1c', '#86c95f'],
  ['#9333a8', '#d48be4'],
  ['#a23b52', '#e88ba0'],
]

export function colourOf(colour: Colour, theme: Theme): string {
  return shades(colour)[theme === 'light' ? 0 : 1]
}

/** From empty to full, for heatmaps. */
export function scaleOf(theme: Theme): string[] {
  return theme === 'light'
    ? ['#f1f4fb', '#b9c8f5', '#6d8cea', '#3056d3', '#1a2f80']
    : ['#20242d', '#2b3a70', '#3f5bc4', '#7d9bff', '#d5deff']
}

function shades(colour: Colour): Shades {
  if (colour === 'accent') return accent
  if (colour === 'others') return others
  return (
    known[colour.dimension]?.[colour.value] ??
    palette[hash(`${colour.dimension} ${colour.value}`) % palette.length] ??
    accent
  )
}

/** FNV-1a: spreads short names well and never changes. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (const char of text) h = Math.imul(h ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return h
}
