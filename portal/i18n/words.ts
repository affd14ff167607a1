/** Words for the codes of the closed lists, both languages side by side so that neither can be forgotten. */
import type { Localized } from '#api/contract/metrics.ts'
import type { Language } from '#dashboards/charts/context.ts'
import { valueLabel } from '#dashboards/charts/words.ts'
import { auditWords } from './audit-words.ts'
import { dataWords } from './data-words.ts'
import { eventWords } from './event-words.ts'
import { fieldWords } from './field-words.ts'

const w = (en: string, zh: string): Localized => ({ en, zh })

export const words = {
  ...dataWords,
  audit_verb: auditWords,
  incident_status: {
    active: w('Growing', '持续中'),
    subsiding: w('Subsiding', '消退中'),
    resolved: w('Over', '已结束'),
  },
  order_status: {
    created: w('Created', '已创建'),
    confirmed: w('Confirmed', '已确认'),
    manual_review: w('In review', '人工审核'),
    processing: w('Processing', '处理中'),
    shipped: w('Shipped', '已发货'),
    completed: w('Completed', '已完成'),
    canceled: w('Canceled', '已取消'),
    on_hold: w('On hold', '已挂起'),
    delivered: w('Delivered', '已送达'),
    closed: w('Closed', '已关闭'),
  },
  financial_status: {
    pending: w('Unpaid', '未支付'),
    authorized: w('Authorized', '已授权'),
    partially_paid: w('Partly paid', '部分支付'),
    paid: w('Paid', '已支付'),
    overpaid: w('Overpaid', '多付'),
    partially_refunded: w('Partly refunded', '部分退款'),
    refunded: w('Refunded', '已退款'),
    voided: w('Voided', '已撤销'),
    expired: w('Expired', '已过期'),
  },
  fulfillment_status: {
    unfulfilled: w('Not shipped', '未发货'),
    scheduled: w('Scheduled', '已排期'),
    on_hold: w('On hold', '已挂起'),
    in_progress: w('In progress', '备货中'),
    partially_fulfilled: w('Partly shipped', '部分发货'),
    fulfilled: w('Shipped', '已发货'),
    request_declined: w('Declined', '仓库拒单'),
  },
  refund_status: {
    none: w('No refund', '无退款'),
    pending: w('Refund pending', '退款中'),
    requires_action: w('Refund needs action', '退款需处理'),
    succeeded: w('Refunded', '已退款'),
    failed: w('Refund failed', '退款失败'),
    canceled: w('Refund canceled', '退款已取消'),
    requested: w('Refund asked for', '申请退款'),
    approved: w('Refund approved', '退款已批准'),
    rejected: w('Refund rejected', '退款被拒'),
  },
  payment_status: {
    requires_payment_method: w('Not started', '未发起'),
    requires_confirmation: w('To be confirmed', '待确认'),
    requires_action: w('Needs the buyer', '待买家操作'),
    created: w('Started', '已发起'),
    authorized: w('Authorized', '已授权'),
    processing: w('Processing', '处理中'),
    requires_capture: w('To be captured', '待入账'),
    succeeded: w('Succeeded', '成功'),
    captured: w('Captured', '已入账'),
    failed: w('Failed', '失败'),
    canceled: w('Canceled', '已取消'),
    voided: w('Voided', '已撤销'),
    expired: w('Expired', '已过期'),
  },
  shipment_status: {
    pre_transit: w('Label printed', '待揽收'),
    picked_up: w('Picked up', '已揽收'),
    in_transit: w('In transit', '运输中'),
    out_for_delivery: w('Out for delivery', '派送中'),
    attempt_failed: w('Attempt failed', '派送失败'),
    available_for_pickup: w('Ready for pick-up', '待自提'),
    delivered: w('Delivered', '已签收'),
    failure: w('Problem', '异常'),
    return_to_sender: w('Going back', '退回中'),
    cancelled: w('Canceled', '已取消'),
    unknown: w('Unknown', '未知'),
  },
  coupon_status: {
    locked: w('Locked', '已锁定'),
    redeemed: w('Used', '已核销'),
    returned: w('Given back', '已退回'),
    expired: w('Expired', '已过期'),
  },
  anomaly_status: { open: w('Open', '未解决'), resolved: w('Resolved', '已解决'), dismissed: w('Dismissed', '已忽略') },
  resolver: {
    self_healed: w('by itself', '自行恢复'),
    automation: w('by automation', '自动处理'),
    agent: w('by an agent', '人工处理'),
    expired: w('as what it warned of has happened', '所预警的违约已发生'),
    false_positive: w('a false positive', '误报'),
  },
  action_kind: { cancel_order: w('Cancel the order', '取消订单'), refund_payment: w('Refund the payment', '退还支付') },
  action_state: {
    parked: w('Waits for the data', '等待数据恢复'),
    queued: w('Queued', '排队中'),
    sent: w('Sent', '已发出'),
    succeeded: w('Succeeded', '已成功'),
    failed: w('Failed', '失败'),
    in_doubt: w('In doubt', '结果未知'),
  },
  milestone: {
    created: w('Placed', '下单'),
    paid: w('Paid', '支付'),
    label: w('Label', '打单'),
    handed_over: w('Handed over', '交运'),
    first_scan: w('First scan', '揽收'),
    delivered: w('Delivered', '签收'),
  },
  promise_kind: {
    pay_by: w('Pay by', '付款'),
    retry_by: w('Pay again by', '重新付款'),
    settle_by: w('Payment settled by', '支付有结果'),
    update_by: w('Order updated by', '订单更新'),
    capture_by: w('Captured by', '扣款'),
    ship_by: w('Ship by', '发货'),
    begin_work_by: w('Work begun by', '开始备货'),
    pack_by: w('Packed by', '打包'),
    hand_over_by: w('Handed over by', '交运'),
    ship_rest_by: w('Rest shipped by', '补发其余'),
    first_scan_by: w('First scan by', '首次揽收'),
    next_scan_by: w('Next scan by', '下次物流更新'),
    known_by: w('Known to the carrier by', '承运商可查'),
    found_by: w('Found by', '找到包裹'),
    deliver_by: w('Deliver by', '送达'),
    pick_up_by: w('Picked up by', '取件'),
    customs_by: w('Cleared by', '清关'),
    refund_by: w('Refunded by', '退款到账'),
    decide_by: w('Answered by', '答复'),
    send_return_by: w('Return sent by', '寄回'),
    next_return_scan_by: w('Next scan of the return by', '退件物流更新'),
    refund_return_by: w('Return refunded by', '退货退款'),
    release_by: w('Stock released by', '释放库存'),
    review_by: w('Reviewed by', '审核'),
    cancel_by: w('Cancelation answered by', '取消答复'),
    reconcile_by: w('Agreed by', '对账一致'),
    return_coupon_by: w('Coupon returned by', '退还优惠券'),
  },
  promise_state: {
    kept: w('Kept', '已兑现'),
    late: w('Kept late', '迟兑现'),
    broken: w('Broken', '已违约'),
    at_risk: w('At risk', '有风险'),
    running: w('Running', '计时中'),
    void: w('No longer due', '已失效'),
  },
  ledger_kind: {
    captured: w('Paid', '收款'),
    refunded: w('Refunded', '退款'),
    cost: w('Cost', '费用'),
    cost_reversed: w('Cost taken back', '费用冲回'),
  },
  in_common: {
    cart: w('same cart again', '重复购物车'),
    coupon: w('same coupon', '同一优惠券'),
    buyer: w('same buyer', '同一买家'),
  },
  milestone_state: {
    done: w('In time', '按时'),
    late: w('Late', '迟到'),
    overdue: w('Overdue', '已超时'),
    waiting: w('Waiting', '等待中'),
    skipped: w('Does not apply', '不适用'),
  },
  sequence_violation: {
    confirmed_before_created: w('confirmed before it was placed', '确认早于下单'),
    handed_over_before_created: w('handed to the carrier before it was placed', '交运早于下单'),
    handed_over_before_confirmed: w('handed to the carrier before it was confirmed', '交运早于确认'),
    delivered_before_handed_over: w('delivered before it was handed over', '签收早于交运'),
    delivered_before_confirmed: w('delivered before it was confirmed', '签收早于确认'),
    delivered_before_created: w('delivered before it was placed', '签收早于下单'),
  },
  lane: {
    order: w('Order', '订单'),
    payment: w('Payment', '支付'),
    refund: w('Refund', '退款'),
    dispute: w('Chargeback', '拒付'),
    cost: w('Costs', '费用'),
    fulfillment: w('Warehouse', '仓库'),
    shipment: w('Carrier', '物流'),
    inventory: w('Stock', '库存'),
    coupon: w('Coupon', '优惠券'),
    operation: w('Operations', '操作'),
    return: w('Return', '退货'),
    review: w('Review', '评价'),
    expectation: w('Promises', '承诺'),
    anomaly: w('Anomalies', '异常'),
    action: w('Actions', '处理'),
    notification: w('Messages', '通知'),
    report: w('Reports', '报告'),
  },
  auth_type: {
    user: w('agent', '客服'),
    app_user: w('buyer', '买家'),
    service_account: w('system', '系统'),
    system: w('system', '系统'),
  },
  /** Vendors' codes; others are shown as they came. */
  failure_code: {
    insufficient_funds: w('Not enough funds', '余额不足'),
    three_ds_failed: w('3-D Secure failed', '3-D 验证失败'),
    risk_declined: w('Declined for risk', '风控拒绝'),
    bank_timeout: w('The bank did not answer', '银行超时'),
    card_expired: w('Card expired', '银行卡过期'),
    expired_or_canceled_card: w('Card expired or canceled', '银行卡过期或注销'),
    lost_or_stolen_card: w('Card lost or stolen', '银行卡挂失'),
    merchant_request: w('Asked for by the merchant', '商家要求'),
    declined: w('Declined', '被拒绝'),
  },
  refund_channel: { wallet: w('Wallet', '钱包'), bank: w('Bank', '银行'), card: w('Card', '银行卡') },
  search_kind: {
    order_no: w('Order number', '订单号'),
    order_id: w('Order', '订单'),
    buyer: w('Customer number', '客户编号'),
    buyer_name: w('Customer', '客户'),
    product: w('Product', '商品'),
    shipment: w('Parcel number', '包裹编号'),
    tracking: w('Tracking number', '运单号'),
    payment: w('Payment number', '支付单号'),
    refund: w('Refund number', '退款单号'),
    phone_tail: w('Phone', '手机尾号'),
  },
  dead_reason: {
    empty: w('Empty message', '空消息'),
    invalid_json: w('Not JSON', '不是 JSON'),
    not_object: w('Not an object', '不是对象'),
    missing_attribute: w('Attribute missing', '缺少属性'),
    wrong_type: w('Wrong type', '类型错误'),
    unknown_event_type: w('Unknown event type', '未知事件类型'),
    unsupported_version: w('Unsupported version', '不支持的版本'),
    out_of_range: w('Out of range', '超出范围'),
    unreadable_record: w('Unreadable record', '无法读取'),
    unreadable: w('Unreadable for the engine', '引擎无法读取'),
    unknown_order: w('Order not known yet', '订单尚未知'),
    unmapped: w('Not mapped', '未映射'),
    ragged_row: w('Row with too few or too many fields', '字段过少或过多的行'),
    broken_quotes: w('Quotes that do not pair up', '引号不成对'),
    invalid_utf8: w('Not UTF-8', '不是 UTF-8'),
    row_too_long: w('Row too long', '行过长'),
  },
  occurrence_state: {
    due: w('Due', '待执行'),
    running: w('Running', '执行中'),
    done: w('Done', '已完成'),
    failed: w('Failed', '失败'),
    skipped_late: w('Skipped, too late', '过期跳过'),
  },
  export_state: {
    queued: w('Queued', '排队中'),
    running: w('Running', '生成中'),
    done: w('Done', '已完成'),
    failed: w('Failed', '失败'),
    cancelled: w('Cancelled', '已取消'),
    expired: w('Expired', '已过期'),
  },
  delivery_state: {
    queued: w('Queued', '排队中'),
    sending: w('Sending', '发送中'),
    sent: w('Sent', '已发送'),
    in_doubt: w('In doubt', '结果未知'),
    failed: w('Failed', '失败'),
  },
  role: {
    manager: w('Manager', '经理'),
    agent: w('Agent', '客服'),
    lead: w('Team lead', '客服主管'),
    finance: w('Finance', '财务'),
    operator: w('Operator', '运维'),
    admin: w('Administrator', '管理员'),
  },
} satisfies Record<string, Record<string, Localized>>

export type WordKind =
  | keyof typeof words
  | 'event_type'
  | 'field'
  | 'anomaly_type'
  | 'severity'
  | 'level'
  | 'category'
  | 'cause_kind'

/** A code nobody listed still reads like a word, never like an empty cell. */
function humanised(code: string): string {
  const text = code.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function wordOf(kind: WordKind, code: string, language: Language): string {
  if (code === '') return '–'
  if (kind === 'event_type') return eventWords[code]?.[language] ?? code
  if (kind === 'field') return fieldWords[code]?.[language] ?? humanised(code)
  if (kind in words) {
    const found = (words[kind as keyof typeof words] as Record<string, Localized>)[code]
    return found?.[language] ?? humanised(code)
  }
  const label = valueLabel(kind, code, language)
  return label === code ? humanised(code) : label
}
