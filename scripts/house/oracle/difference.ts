/** A difference between the models and the oracle, for a person to read. */
import type { Envelope } from '#ingest/contracts/index.ts'

export type Difference = {
  readonly orderId: string
  /** By column of the order, or by anomaly. */
  readonly parts: readonly { readonly what: string; readonly models: unknown; readonly oracle: unknown }[]
}

export function printDifference({ orderId, parts }: Difference, events: readonly Envelope[]): string {
  const told = [...events]
    .sort((a, b) => a.time.localeCompare(b.time))
    .map(
      ({ id, time, type, source, sequence, causationid, data }) =>
        `  ${time} ${id} ${type} of ${source}${sequence == null ? '' : ` #${sequence}`}${causationid == null ? '' : ` because of ${causationid}`} ${JSON.stringify(data)}`,
    )
  const rows = parts.flatMap(({ what, models, oracle }) => [
    `  ${what}`,
    `    models: ${JSON.stringify(models)}`,
    `    oracle: ${JSON.stringify(oracle)}`,
  ])
  return [`${orderId}, of which was told:`, ...told, 'differs in:', ...rows].join('\n')
}
