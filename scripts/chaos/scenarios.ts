/** Every scenario of `npm run chaos`. */
import type { Scenario } from './scenario.ts'
import { broker } from './scenarios/broker.ts'
import { killWarehouse } from './scenarios/kill-warehouse.ts'
import { kill } from './scenarios/kill.ts'
import { network } from './scenarios/network.ts'
import { poison } from './scenarios/poison.ts'
import { rebalance } from './scenarios/rebalance.ts'
import { soak } from './scenarios/soak.ts'
import { warehouse } from './scenarios/warehouse.ts'

export const scenarios: readonly Scenario[] = [kill, killWarehouse, warehouse, poison, rebalance, broker, network, soak]
