/** Parts of the installation that are away while the rest goes on, for whoever can do something about it. Needs no warehouse. */
import { Gauge, type Registry } from 'prom-client'
import { type AwayPart, awayParts, awaySchema } from '../../contract/away.ts'
import type { App } from '../../feature.ts'

export type Away = () => readonly AwayPart[]

export function awayRoutes(app: App, { away, registry }: { away: Away; registry: Registry }): void {
  new Gauge({
    name: 'orderlens_part_away',
    help: '1 while a part is away: redis = due work is found by sweeping, room = nothing lands because the disk is nearly full.',
    labelNames: ['part'],
    registers: [registry],
    collect() {
      const missing = away()
      for (const part of awayParts) this.set({ part }, missing.some((one) => one.part === part) ? 1 : 0)
    },
  })

  app.get(
    '/api/data/away',
    { config: { policy: 'data.operate' }, schema: { response: { 200: awaySchema } } },
    async () => ({ away: [...away()] }),
  )
}
