/** Words for values of the closed dimensions. Values nobody listed (regions, sellers, carriers of no name) are their own words. */
import type { Localized } from '#transforms/query/request.ts'
import type { Language } from './context.ts'
import { knownName } from './known-names.ts'

const w = (en: string, zh: string): Localized => ({ en, zh })

const stages: Record<string, Localized> = {
  created: w('Placed', '下单'),
  paid: w('Paid', '支付'),
  confirmed: w('Confirmed', '确认'),
  label_created: w('Label', '打单'),
  handed_over: w('Handed over', '交运'),
  first_scan: w('First scan', '揽收'),
  delivered: w('Delivered', '签收'),
  completed: w('Completed', '完成'),
  canceled: w('Canceled', '取消'),
  closed: w('Closed', '关闭'),
}

const values: Record<string, Record<string, Localized>> = {
  anomaly_type: {
    order_unpaid_timeout: w('Unpaid too long', '长时间未支付'),
    payment_failed: w('Payment failed', '支付失败'),
    payment_amount_mismatch: w('Amount mismatch', '支付金额不符'),
    duplicate_payment: w('Duplicate payment', '重复支付'),
    not_shipped: w('Not shipped', '超时未发货'),
    label_no_pickup: w('Not picked up', '揽收超时'),
    logistics_stalled: w('Logistics stalled', '物流停滞'),
    delivery_late: w('Delivery late', '配送延误'),
    refund_stalled: w('Refund stalled', '退款停滞'),
    payment_failed_repeated: w('Payment failed repeatedly', '多次支付失败'),
    payment_stuck_processing: w('Payment stuck', '支付处理中过久'),
    paid_order_not_updated: w('Paid, order not updated', '掉单'),
    authorization_expiring: w('Authorization expiring', '预授权即将过期'),
    dispute_opened: w('Chargeback', '拒付'),
    refund_request_unanswered: w('Refund request unanswered', '退款申请未处理'),
    refund_failed: w('Refund failed', '退款失败'),
    refund_over_or_duplicate: w('Refunded too much or twice', '超额或重复退款'),
    return_not_sent: w('Return not sent', '退货未寄回'),
    return_stalled: w('Return stalled', '退货物流停滞'),
    return_received_not_refunded: w('Returned, not refunded', '退货已收未退款'),
    tracking_invalid: w('Tracking number invalid', '运单号无效'),
    delivery_attempt_failed: w('Delivery attempt failed', '派送失败'),
    pickup_expiring: w('Not fetched from pick-up point', '超时未自提'),
    customs_held: w('Held by customs', '清关滞留'),
    parcel_damaged: w('Parcel damaged', '包裹破损'),
    return_to_sender: w('Going back to sender', '包裹退回'),
    delivered_not_received: w('Delivered, not received', '签收未收到'),
    wrong_or_missing_item: w('Wrong or missing item', '错发漏发'),
    out_of_stock_after_pay: w('Out of stock after payment', '超卖缺货'),
    fulfilment_rejected: w('Fulfilment rejected', '仓库拒单'),
    inventory_mismatch: w('Stock not released', '库存未释放'),
    fraud_review_stuck: w('Fraud review stuck', '风控审核超时'),
    address_invalid: w('Address invalid', '地址无效'),
    cancel_request_stuck: w('Cancel request stuck', '取消申请未处理'),
    shipped_after_cancel: w('Shipped after cancel', '取消后发货'),
    cross_system_mismatch: w('Systems disagree', '跨系统不一致'),
    duplicate_order: w('Duplicate order', '重复下单'),
    coupon_anomaly: w('Coupon anomaly', '优惠券异常'),
    ship_promise_at_risk: w('Ship promise at risk', '发货承诺有风险'),
    partial_shipment_stuck: w('Rest not shipped', '部分发货滞留'),
    parcel_lost_suspected: w('Parcel lost?', '疑似丢件'),
    delivered_implausible: w('Delivery implausible', '虚假签收'),
    status_regression: w('Status went back', '状态倒退'),
    price_discrepancy: w('Wrong price charged', '价格不符'),
    source_silent: w('Source silent', '数据源静默'),
  },
  category: {
    payment: w('Payment', '支付'),
    order: w('Order', '订单'),
    fulfillment: w('Fulfilment', '履约'),
    fulfilment: w('Fulfilment', '履约'),
    logistics: w('Logistics', '物流'),
    refund: w('Refund', '退款'),
    after_sales: w('After-sales', '售后'),
  },
  severity: {
    s1: w('S1 critical', 'S1 严重'),
    s2: w('S2 high', 'S2 高'),
    s3: w('S3 medium', 'S3 中'),
    s4: w('S4 low', 'S4 低'),
  },
  level: { at_risk: w('At risk', '即将违约'), breached: w('Breached', '已违约'), escalated: w('Escalated', '已升级') },
  weekday: {
    1: w('Mon', '周一'),
    2: w('Tue', '周二'),
    3: w('Wed', '周三'),
    4: w('Thu', '周四'),
    5: w('Fri', '周五'),
    6: w('Sat', '周六'),
    7: w('Sun', '周日'),
  },
  from_stage: stages,
  to_stage: stages,
  cause_kind: {
    carrier_lane: w('Carrier lane', '承运线路'),
    carrier: w('Carrier', '承运商'),
    region: w('Region', '地区'),
    warehouse: w('Warehouse', '仓库'),
    gateway: w('Payment gateway', '支付渠道'),
    sku: w('SKU', '商品'),
    seller: w('Seller', '卖家'),
    coupon: w('Coupon', '优惠券'),
    shop: w('Shop', '店铺'),
    channel: w('Channel', '渠道'),
  },
  cost_kind: {
    penalty: w('Penalties', '罚款'),
    compensation: w('Compensation', '买家补偿'),
    reship: w('Goods sent again', '补发'),
    write_off: w('Write-offs', '核销'),
    chargeback: w('Disputes lost', '败诉拒付'),
  },
  refund_channel: { wallet: w('Wallet', '钱包'), bank: w('Bank', '银行'), card: w('Card', '银行卡') },
  timeliness: {
    on_time: w('On time', '准时'),
    late: w('Late', '迟到'),
    undelivered: w('Undelivered', '未送达'),
    unpromised: w('No promise', '无承诺'),
  },
  maturity: { mature: w('Mature', '已成熟'), maturing: w('Maturing', '未成熟') },
  historic: { 0: w('Live', '实时'), 1: w('Imported', '历史导入') },
}

export const others = w('Others', '其他')
const nothing = w('(none)', '（无）')

/** Every anomaly type that has words; a test compares them with the rules. Sources have their own page. */
export const anomalyTypes: readonly string[] = Object.keys(values['anomaly_type'] ?? {}).filter(
  (type) => type !== 'source_silent',
)

/** Order of a closed dimension on an axis; null when its values are not known beforehand. */
export function domainOf(dimension: string): string[] | null {
  if (dimension === 'hour_of_day') return Array.from({ length: 24 }, (_, hour) => String(hour))
  if (dimension === 'weekday' || dimension === 'severity' || dimension === 'level')
    return Object.keys(values[dimension] ?? {})
  return null
}

/** The natural order of a dimension's values, of which only those seen are shown; null when they have none. */
export function orderOf(dimension: string): string[] | null {
  return dimension === 'from_stage' || dimension === 'to_stage' ? Object.keys(stages) : null
}

export function valueLabel(dimension: string, value: string, language: Language): string {
  if (value === '') return nothing[language]
  if (dimension === 'hour_of_day') return value.padStart(2, '0')
  if (dimension === 'possible_cause') {
    const [kind = '', ...rest] = value.split(' ')
    return `${values['cause_kind']?.[kind]?.[language] ?? kind} ${valueLabel(kind, rest.join(' '), language)}`
  }
  if (dimension === 'variant')
    return value
      .split(' > ')
      .map((stage) => stages[stage]?.[language] ?? stage)
      .join(' › ')
  return values[dimension]?.[value]?.[language] ?? knownName(dimension, value, language) ?? value
}
