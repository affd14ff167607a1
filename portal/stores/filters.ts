import { computed, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Filter, TimeBasis } from '#api/contract/metrics.ts'
import type { Board } from '#dashboards/board.ts'
import { readBoardQuery, writeBoardQuery, type BoardState, type TimeWindow } from '#portal/url/board-query.ts'

/** The typed reader and writer of a board's URL. There is no other copy of this state. */
export function useFilters(board: Ref<Board | undefined>) {
  const route = useRoute()
  const router = useRouter()
  const names = computed(() => board.value?.filters ?? [])
  const state = computed<BoardState>(() =>
    readBoardQuery(route.query, names.value, board.value?.default_window ?? '7d'),
  )

  function write(next: BoardState): void {
    void router.push({ query: writeBoardQuery(next, names.value, route.query) })
  }

  function setWindow(window: TimeWindow): void {
    write({ ...state.value, window })
  }

  function setKnownAt(known_at: string | undefined): void {
    const { known_at: _, ...rest } = state.value
    write(known_at === undefined ? rest : { ...rest, known_at })
  }

  function setValues(dimension: string, values: string[]): void {
    const others = state.value.where.filter((filter) => filter.dimension !== dimension)
    write({ ...state.value, where: [...others, { dimension, op: 'in', values }] })
  }

  function setBasis(time_basis: TimeBasis): void {
    write({ ...state.value, time_basis })
  }

  const valuesOf = (dimension: string): string[] =>
    state.value.where.find((filter: Filter) => filter.dimension === dimension)?.values ?? []
  const clear = (): void => write({ ...state.value, where: [] })
  return { state, setWindow, setKnownAt, setValues, setBasis, valuesOf, clear }
}
