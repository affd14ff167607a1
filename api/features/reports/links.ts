/** Addresses in the portal. They open after sign-in, and show what the person who follows them may see. */
import type { Mark } from '#dashboards/charts/model.ts'
import type { ReportContent } from './content.ts'

export type Links = { board(): string; mark(mark: Mark): string; order(orderId: string): string }

export function createLinks(baseUrl: string, content: Pick<ReportContent, 'board' | 'window'>): Links {
  const base = baseUrl.replace(/\/+$/, '')
  const board = (extra: Record<string, string> = {}) =>
    `${base}/boards/${content.board}?${new URLSearchParams({ window: 'custom', ...content.window, ...extra }).toString()}`
  return {
    board: () => board(),
    // The drawer keeps what the mark said, so that the reader sees at once whether it still holds.
    mark: (mark) => board({ drill: JSON.stringify({ ...mark.drill, value: mark.value, n: mark.n }) }),
    order: (orderId) => `${base}/orders/${encodeURIComponent(orderId)}`,
  }
}
