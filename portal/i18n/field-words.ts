/** Names of columns and of event fields. */
import type { Localized } from '#api/contract/metrics.ts'

const w = (en: string, zh: string): Localized => ({ en, zh })

export const fieldWords: Record<string, Localized> = {
  order_id: w('Order id', '订单 ID'), order_no: w('Order', '订单号'), channel: w('Channel', '渠道'), shop_id: w('Shop', '店铺'), buyer_id: w('Buyer id', '买家 ID'), buyer_name: w('Buyer', '买家'),
  buyer_phone_tail: w('Phone ending', '手机尾号'), region: w('Region', '地区'), currency: w('Currency', '币种'), amount: w('Amount', '金额'), amount_payable: w('Payable', '应付'), amount_items: w('Items', '商品'),
  amount_freight: w('Freight', '运费'), amount_discount: w('Discount', '优惠'), amount_paid: w('Paid', '实付'), amount_refunded: w('Refunded', '已退'), payment_difference: w('Difference', '差额'), exposure_amount: w('Money at risk', '风险金额'),
  payment_expires_at: w('Pay by', '支付截止'), promised_ship_by: w('Ship by', '发货截止'), promised_delivery_from: w('Delivery from', '预计送达（最早）'), promised_delivery_until: w('Deliver by', '送达截止'),
  source_status: w('Status at the source', '来源状态'), hold_reason: w('Hold reason', '挂起原因'), reason: w('Reason', '原因'), status: w('Status', '状态'), status_reason: w('Reason', '原因'),
  payment_id: w('Payment', '支付单号'), method: w('Method', '方式'), provider: w('Provider', '服务商'), failure_code: w('Failure', '失败代码'), failure_reason: w('Failure reason', '失败原因'), refund_id: w('Refund', '退款单号'), refund_channel: w('Refund channel', '退款渠道'),
  dispute_id: w('Chargeback', '拒付单号'), due_at: w('Due', '截止'), fulfillment_id: w('Fulfilment', '履约单号'), shipment_id: w('Parcel', '包裹'), warehouse_id: w('Warehouse', '仓库'), carrier: w('Carrier', '承运商'), carrier_code: w('Carrier', '承运商'), tracking_no: w('Tracking number', '运单号'),
  raw_status: w('Carrier’s own status', '承运商原始状态'), substatus: w('Detail', '子状态'), location: w('Place', '地点'), message: w('Message', '消息'), eta_from: w('Estimate from', '预计最早'), eta_until: w('Estimate until', '预计最晚'),
  sku: w('SKU', 'SKU'), quantity: w('Quantity', '数量'), reservation_id: w('Reservation', '预占单号'), coupon_id: w('Coupon', '优惠券'), action: w('Action', '操作'), target: w('Target', '对象'), before: w('Before', '变更前'), after: w('After', '变更后'), reason_code: w('Reason', '原因代码'),
  return_id: w('Return', '退货单号'), expectation_kind: w('Promise', '承诺'), kind: w('Kind', '类别'), anomaly_id: w('Anomaly id', '异常 ID'), anomaly_type: w('Anomaly', '异常'), level: w('Level', '级别'), severity: w('Severity', '严重度'), category: w('Category', '类别'),
  action_id: w('Action id', '操作 ID'), notification_id: w('Message id', '通知 ID'), medium: w('Medium', '媒介'), template: w('Template', '模板'), recipient_ref: w('Recipient', '收件人'), report_id: w('Report', '报告'), occurrence_id: w('Run', '执行'), review_id: w('Review', '评价'), score: w('Score', '评分'), review_score: w('Score', '评分'),
  order_status: w('Order status', '订单状态'), financial_status: w('Payment status', '支付状态'), fulfillment_status: w('Shipping status', '发货状态'), refund_status: w('Refund status', '退款状态'),
  created_at: w('Placed', '下单时间'), confirmed_at: w('Confirmed', '确认时间'), paid_at: w('Paid at', '支付时间'), label_created_at: w('Label printed', '打单时间'), handed_over_at: w('Handed over', '交运时间'), first_scan_at: w('First scan', '揽收时间'), last_scan_at: w('Last scan', '最近扫描'), delivered_at: w('Delivered', '签收时间'),
  canceled_at: w('Canceled', '取消时间'), closed_at: w('Closed', '关闭时间'), completed_at: w('Completed', '完成时间'), opened_at: w('Opened', '开启时间'), at_risk_at: w('At risk since', '预警时间'), escalated_at: w('Escalated', '升级时间'), resolved_at: w('Resolved', '解决时间'), detected_at: w('Detected', '发现时间'), condition_started_at: w('Began', '起始时间'),
  resolver: w('Resolved', '解决方式'), occurred_at: w('Happened', '发生时间'), landed_at: w('Received', '接收时间'), met_at: w('Met', '达成时间'), void_at: w('Dropped', '作废时间'), set_at: w('Set', '设定时间'), escalate_at: w('Escalates', '升级时间'), payment_method: w('Payment method', '支付方式'),
  line_id: w('Line', '行号'), name: w('Product', '商品'), seller_id: w('Seller', '卖家'), seller_region: w('Seller region', '卖家地区'), unit_price: w('Unit price', '单价'), freight: w('Freight', '运费'), attached_to_type: w('Concerns', '对象类型'), attached_to_id: w('Concerns', '对象'),
  paid_total: w('Paid', '实付'), seconds: w('Duration', '时长'), is_late: w('Late', '迟到'), payment_match: w('Payment match', '支付核对'), at: w('Time', '时间'), topic: w('Topic', '主题'), partition: w('Partition', '分区'), offset: w('Offset', '位点'), format: w('Format', '格式'), value: w('Value', '值'), type: w('Type', '类型'), product_category: w('Product category', '商品类目'), lines: w('Lines', '明细行'),
}
