/** The parts of a person's scope, and the dimension that each is about. */
export const partsOfScope = [
  { part: 'channels', dimension: 'channel' },
  { part: 'shops', dimension: 'shop' },
  { part: 'regions', dimension: 'region' },
  { part: 'anomaly_types', dimension: 'anomaly_type' },
] as const
