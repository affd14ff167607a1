import { Counter, type Registry } from 'prom-client'

export type IngestCounters = {
  /** One request at a door; the name is a configured key or endpoint, or empty. */
  count(door: 'events' | 'webhooks', name: string, outcome: string, messages?: number): void
}

export function createIngestCounters(registry: Registry): IngestCounters {
  const registers = [registry]
  const requests = new Counter({
    name: 'orderlens_ingest_requests_total',
    help: 'Requests that brought events or webhooks, by what became of them.',
    labelNames: ['door', 'name', 'outcome'],
    registers,
  })
  const messages = new Counter({
    name: 'orderlens_ingest_messages_total',
    help: 'Messages landed by HTTP.',
    labelNames: ['door', 'name'],
    registers,
  })
  return {
    count(door, name, outcome, landed = 0) {
      requests.inc({ door, name, outcome })
      if (landed > 0) messages.inc({ door, name }, landed)
    },
  }
}
