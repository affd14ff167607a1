/** The true story of one order while it is being written: facts at true instants, before any clock or network distorts them. */
import type { AuthType } from '#ingest/contracts/index.ts'
import type { Basket } from './basket.ts'
import type { PlantedIncident } from './incident.ts'
import type { Rng } from './rng.ts'
import type { AnomalyType } from './scenario.ts'

/** The systems of a shop; each has its own clock and its own way to deliver. */
export type System = 'oms' | 'payment' | 'wms' | 'carrier' | 'marketing' | 'aftersale' | 'desk' | 'reviews'

export type Fact = {
  readonly type: string
  readonly atMs: number
  readonly system: System
  readonly data: Readonly<Record<string, unknown>>
  readonly authtype?: AuthType
  readonly authid?: string
}

export type Story = {
  readonly orderId: string
  readonly createdAtMs: number
  readonly scenario: AnomalyType | null
  /** What made it go wrong, where it is one of many. */
  readonly incident: PlantedIncident | null
  readonly basket: Basket
  readonly rng: Rng
  readonly facts: Fact[]
  /** What it has in common with another order of the store that is wrong to have in common. */
  readonly shared: Shared | null
  tell(system: System, type: string, atMs: number, data?: Readonly<Record<string, unknown>>, who?: Who): void
}

/** The same lines ordered twice, or a coupon used twice. */
export type Shared = 'cart' | 'coupon'

export type Who = { readonly authtype: AuthType; readonly authid: string }

export const buyer = (story: Story): Who => ({ authtype: 'app_user', authid: story.basket.buyer.id })
export const robot = (name: string): Who => ({ authtype: 'service_account', authid: name })
export const agent = (story: Story): Who => ({ authtype: 'user', authid: `desk-${story.rng.int(1, 12)}` })

export function beginStory(start: Omit<Story, 'facts' | 'tell'>): Story {
  const facts: Fact[] = []
  return {
    ...start,
    facts,
    tell: (system, type, atMs, data = {}, who) => {
      facts.push({ type, atMs: Math.round(atMs), system, data, ...who })
    },
  }
}
