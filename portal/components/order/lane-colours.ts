/** The class that gives a lane its colour; see lanes.css. */
const known = new Set([
  'order',
  'payment',
  'refund',
  'dispute',
  'cost',
  'coupon',
  'inventory',
  'fulfillment',
  'shipment',
  'return',
  'operation',
  'action',
])

export const laneColours = (lane: string): string => `lane-${known.has(lane) ? lane : 'other'}`
