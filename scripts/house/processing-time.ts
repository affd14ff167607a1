/**
 * What of the models tells when and how something was worked out or arrived, and not what happened. Everything else is a
 * function of the set of events and the clock, and is held to that by the permutation property.
 */

/** By relation; `*` of every relation that has the column. */
export const processingColumns: Readonly<Record<string, readonly string[]>> = {
  // The evaluation that wrote the row.
  '*': ['version', 'state_version', 'updated_at', 'is_void'],
  // When a look first found it: looks in between may find what later events take back or explain.
  anomalies: ['detected_at'],
  anomaly_state: ['detected_at'],
  anomaly_current: ['detected_at'],
  anomalies_by_day: ['detected_at'],
}

/** Whole relations, each with the reason. */
export const processingRelations: Readonly<Record<string, string>> = {
  shop_sources: 'learnt from every state an order ever had, also from those that later events corrected',
  source_health: 'when sources were heard by us, and what is usual of that',
  dead_letter_current: 'one row per landed position: a copy is another row',
  known_events: 'the same of events, with when each landed',
}

/** Measured on landed messages, where a copy is another message. */
export const processingDatasets: readonly string[] = ['records', 'dead_letters']

/** Metrics that begin or end with a look of ours. */
export const isOfDetection = (metric: { readonly [key: string]: unknown }): boolean =>
  JSON.stringify(metric).includes('detected_at')
