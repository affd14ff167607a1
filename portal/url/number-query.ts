/** The page of one number as query parameters: the number as it was passed on, and how its reader has sorted and paged its rows. */
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import { type DrillState, pageSize } from './drill-query.ts'

export interface NumberState extends Pick<DrillState, 'part' | 'sort' | 'descending' | 'offset' | 'n'> {
  descriptor: string
  /** What it said when it was passed on. */
  value?: number
}

/** Null where no number is named: a link that was cut. */
export function readNumber(query: LocationQuery): NumberState | null {
  const { descriptor, part, sort } = query
  if (typeof descriptor !== 'string' || descriptor === '') return null
  const state: NumberState = { descriptor }
  const [value, n, offset] = [query['value'], query['n'], query['offset']].map(numberOf)
  if (value !== undefined) state.value = value
  if (n !== undefined) state.n = n
  if (offset !== undefined && Number.isInteger(offset) && offset > 0) state.offset = offset
  if (part === 'numerator' || part === 'denominator') state.part = part
  if (typeof sort === 'string' && sort !== '') state.sort = sort
  if (query['ascending'] === '1') state.descending = false
  return state
}

export function writeNumber({ descriptor, value, n, part, sort, descending, offset }: NumberState): LocationQueryRaw {
  return {
    descriptor,
    ...(value !== undefined && { value: String(value) }),
    ...(n !== undefined && { n: String(n) }),
    ...(part !== undefined && { part }),
    ...(sort !== undefined && { sort }),
    ...(descending === false && { ascending: '1' }),
    ...(offset !== undefined && offset > 0 && { offset: String(offset) }),
  }
}

/** What the API is asked. */
export function numberRequest({ descriptor, part, sort, descending, offset }: NumberState) {
  return {
    descriptor,
    limit: pageSize,
    ...(part !== undefined && { part }),
    ...(sort !== undefined && { sort }),
    ...(descending === false && { ascending: '1' as const }),
    ...(offset !== undefined && { offset }),
  }
}

const numberOf = (text: LocationQuery[string] | undefined): number | undefined =>
  typeof text === 'string' && text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined
