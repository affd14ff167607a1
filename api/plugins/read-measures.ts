/** The lanes of the warehouse's readers in the metrics. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { LaneFigures } from '#warehouse/lanes.ts'

export function measureReads(registry: Registry, figures: () => readonly LaneFigures[]): void {
  const registers = [registry]
  const labelNames = ['lane']
  const gauge = (name: string, help: string, value: (figures: LaneFigures) => number): void => {
    new Gauge({
      name: `orderlens_reads_${name}`,
      help,
      labelNames,
      registers,
      collect() {
        for (const one of figures()) this.set({ lane: one.lane }, value(one))
      },
    })
  }
  const counter = (name: string, help: string, value: (figures: LaneFigures) => number): void => {
    new Counter({
      name: `orderlens_reads_${name}_total`,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const one of figures()) this.inc({ lane: one.lane }, value(one))
      },
    })
  }
  gauge('running', 'Reads of the warehouse that run, by lane.', ({ running }) => running)
  gauge('waiting', 'Reads of the warehouse that wait for a connection, by lane.', ({ waiting }) => waiting)
  counter('served', 'Reads that were given a connection.', ({ served }) => served)
  counter('waited_seconds', 'Time that reads waited for a connection.', ({ waitedMs }) => waitedMs / 1_000)
  counter('cancelled', 'Reads whose caller went away.', ({ cancelled }) => cancelled)
  new Counter({
    name: 'orderlens_reads_refused_total',
    help: 'Reads refused before they ran: too many waited (full), waited too long (late), the process did not keep up (pressed).',
    labelNames: ['lane', 'why'],
    registers,
    collect() {
      this.reset()
      for (const { lane, refused } of figures())
        for (const [why, n] of Object.entries(refused)) this.inc({ lane, why }, n)
    },
  })
}
