/** What a trouble costs the shop in the end: the platform's penalty, goodwill, goods sent again, money written off. */
import { HOUR } from './calendar.ts'
import { type Story, agent, robot } from './timeline.ts'

type Cost = {
  readonly kind: string
  readonly share: number
  readonly amount: (story: Story) => number
  readonly why: string
}

const YUAN = 100
const between =
  (from: number, to: number) =>
  ({ rng }: Story): number =>
    rng.int(from * YUAN, to * YUAN)

/** By scenario: which share of the orders in that trouble costs what. */
const costs: Partial<Record<NonNullable<Story['scenario']>, Cost>> = {
  not_shipped: { kind: 'penalty', share: 0.7, amount: between(3, 30), why: '延迟发货赔付' },
  out_of_stock_after_pay: { kind: 'penalty', share: 0.6, amount: between(5, 50), why: '缺货赔付' },
  tracking_invalid: { kind: 'penalty', share: 0.5, amount: between(3, 10), why: '虚假轨迹罚款' },
  delivery_late: { kind: 'compensation', share: 0.4, amount: between(3, 15), why: '延误补偿' },
  logistics_stalled: { kind: 'compensation', share: 0.3, amount: between(3, 15), why: '延误补偿' },
  price_discrepancy: { kind: 'compensation', share: 0.3, amount: between(3, 10), why: '多收致歉' },
  parcel_damaged: { kind: 'reship', share: 0.3, amount: between(8, 20), why: '破损补发' },
  wrong_or_missing_item: { kind: 'reship', share: 0.5, amount: between(8, 20), why: '漏发补发' },
  parcel_lost_suspected: {
    kind: 'write_off',
    share: 0.5,
    amount: ({ basket }) => basket.amounts.payable,
    why: '丢件核销',
  },
}
const REVERSED = 0.1

/** Last of all, so that the life of the order is what it would be without. */
export function bookCost(story: Story): void {
  const cost = story.scenario === null ? undefined : costs[story.scenario]
  const { rng, orderId } = story
  if (cost === undefined || !rng.chance(cost.share)) return
  const lastAt = Math.max(...story.facts.map(({ atMs }) => atMs))
  const atMs = lastAt + rng.between(1, 10) * HOUR
  const id = { cost_id: `CO-${orderId}`, currency: 'CNY' }
  story.tell(
    'aftersale',
    'cost.incurred',
    atMs,
    { ...id, cost_kind: cost.kind, amount: cost.amount(story), reason: cost.why },
    cost.kind === 'penalty' ? robot('platform-billing') : agent(story),
  )
  if (cost.kind === 'penalty' && rng.chance(REVERSED))
    story.tell('aftersale', 'cost.reversed', atMs + rng.between(2, 20) * HOUR, { ...id, reason: '申诉成功' })
}
