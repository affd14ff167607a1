/**
 * Every anomaly type opens at its instant, says why, escalates and is cleared by its fact. All families live through it
 * together: a tick costs the same for the orders of one as for those of all.
 */
import { linkedFamily } from './test-linked.ts'
import { logisticsFamily } from './test-logistics.ts'
import { mismatchFamily } from './test-mismatch.ts'
import { orderFamily } from './test-order.ts'
import { paymentFamily } from './test-payment.ts'
import { refundFamily } from './test-refund.ts'
import { testFamily } from './test-family.ts'

const families = [orderFamily, paymentFamily, logisticsFamily, refundFamily, mismatchFamily, linkedFamily]

testFamily(
  families.flatMap(({ cases }) => cases),
  families.flatMap(({ lookAlikes }) => lookAlikes),
)
