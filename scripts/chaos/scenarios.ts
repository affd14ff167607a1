/** Every scenario of `npm run chaos`. */
import type { Scenario } from './scenario.ts'
import { broker } from './scenarios/broker.ts'
import { network } from './scenarios/network.ts'
import { rebalance } from './scenarios/rebalance.ts'

export const scenarios: readonly Scenario[] = [rebalance, broker, network]
