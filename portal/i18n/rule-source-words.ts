/** Where the default thresholds come from, in Chinese; the seed `rules` tells it in English. A shop tells its own as it likes. */
import type { Language } from '#dashboards/charts/context.ts'

const chinese: Readonly<Record<string, string>> = {
  "default 30 min after creation unless the shop sets payment_expires_at; check your shop's setting":
    '默认下单后 30 分钟，店铺另设支付截止时间的除外；请核对店铺设置',
  'default 15 min without a success after a failed attempt': '默认支付失败后 15 分钟内未成功',
  "default 48 h after payment unless the order promises ship-by; check your platform's rule":
    '默认支付后 48 小时，订单承诺了发货时间的除外；请核对平台规则',
  'default 24 h from label or hand-over to first carrier scan; check your carrier contract':
    '默认打单或交运后 24 小时内首次扫描；请核对承运合同',
  'default 48 h without a new scan; check your carrier contract': '默认 48 小时没有新的扫描；请核对承运合同',
  'the promised delivery of the order itself': '订单自身承诺的送达时间',
  'default 3 days for bank and card; check your payment provider': '默认银行和银行卡 3 天；请核对支付服务商',
  'default 30 min for wallets; check your payment provider': '默认钱包 30 分钟；请核对支付服务商',
  'tolerance 0: paid must equal payable': '容差 0：实付必须等于应付',
  'tolerance of one minor unit: the source rounds instalments': '容差一个最小货币单位：来源对分期金额取整',
  'two successful captures of which one pays the order': '两次成功入账，其中一次已付清订单',
  'default three failures of one order within an hour': '默认同一订单一小时内失败三次',
  'default 30 min for wallets and cards; check your payment provider': '默认钱包和银行卡 30 分钟；请核对支付服务商',
  'default one day for bank transfers; check your bank': '默认银行转账一天；请核对银行',
  'default 5 min from the money to the order': '默认到账后 5 分钟内订单更新',
  'default one day before the end of seven days; check your card scheme': '默认七天到期前一天；请核对卡组织规则',
  'two days before the date the dispute itself names, else 18 days; check the dispute':
    '拒付自身期限前两天，没有期限的为 18 天；请核对拒付通知',
  'default 48 h to decide, at risk after 24 h; check your platform rule':
    '默认 48 小时内答复，24 小时后预警；请核对平台规则',
  'a refund that the provider gave up': '支付服务商放弃的退款',
  'more than was captured, or the same sum and reason again within 10 min':
    '超过入账金额，或 10 分钟内同一金额与原因再次退款',
  'default 7 days from approval; check your platform rule': '默认批准后 7 天；请核对平台规则',
  'default 72 h without a scan; check your carrier contract': '默认 72 小时没有扫描；请核对承运合同',
  'default 48 h from receipt; escalated at 5 days, the law gives 7': '默认收货后 48 小时；5 天升级，法定 7 天',
  'default 24 h; carriers stop asking after 3 days without a record': '默认 24 小时；承运商 3 天无记录即停止查询',
  'default 24 h to agree on another attempt; a second failure escalates': '默认 24 小时内约定再次派送；再次失败即升级',
  'default 3 days at the pick-up point; check your carrier': '默认在自提点 3 天；请核对承运商',
  'default 48 h with customs': '默认在海关 48 小时',
  'a damage scan or a claim': '破损扫描或索赔',
  'going back without an approved return': '未批准退货却在退回途中',
  'a claim after delivery': '签收后的索赔',
  'a claim about what was in the parcel': '关于包裹内容的索赔',
  'a shortage after the money': '付款后缺货',
  'the warehouse refuses': '仓库拒单',
  'default 15 min from the end of the order to the release of its stock': '默认订单结束后 15 分钟内释放库存',
  'default 4 h for a review': '默认审核 4 小时',
  'an address that a check refuses': '未通过校验的地址',
  'default 2 h to decide': '默认 2 小时内决定',
  'a hand-over after the end of the order': '订单结束后仍交运',
  'default 15 min in which two systems may disagree': '默认允许两个系统 15 分钟不一致',
  'default 10 min from the end of the order to its coupon': '默认订单结束后 10 分钟内退回优惠券',
  'default one order per coupon within 30 days, which is as far as it looks back; raise it for codes that several may use':
    '默认 30 天内每张优惠券只用于一个订单，最多回看 30 天；多单可用的券码请调高',
  'default the same buyer, lines, region and amount within 10 min': '默认 10 分钟内买家、商品、地区和金额均相同',
  'default 12 h before ship-by, or before 48 h from the money; measure the p80 of your lane from payment to hand-over':
    '默认发货截止前 12 小时，或付款后满 48 小时前 12 小时；请按贵方从支付到交运的 p80 核定',
  'default 8 h before ship-by, or before 48 h from the money; measure the p80 of your lane from the beginning of work to hand-over':
    '默认发货截止前 8 小时，或付款后满 48 小时前 8 小时；请按贵方从开始处理到交运的 p80 核定',
  'default 2 h before ship-by, or before 48 h from the money; measure the p80 of your lane from packing to hand-over':
    '默认发货截止前 2 小时，或付款后满 48 小时前 2 小时；请按贵方从打包到交运的 p80 核定',
  "default 48 h from the first part unless the order promises ship-by; check your platform's rule":
    '默认首批发货后 48 小时，订单承诺了发货时间的除外；请核对平台规则',
  'default 7 days without a scan; 30 days for parcels that cross borders; check until when your carrier takes claims':
    '默认 7 天没有扫描，跨境包裹 30 天；请核对承运商的索赔期限',
  'delivered before it left, where it set out, or within 10 min of it':
    '签收早于发出、签收于发出地，或发出后 10 分钟内签收',
  'a word that takes back what was over, by more than a minute of difference between clocks':
    '推翻已结束状态的消息，已容许一分钟的时钟误差',
  'charged must equal the agreed price; a minor unit a piece for rounding':
    '收费必须等于约定价格；每件允许一个最小货币单位的取整误差',
  'a gateway that refuses three sigmas more than is usual; thresholds in gateway_rules.csv':
    '支付渠道的拒绝率比常态高出三个标准差；阈值见 gateway_rules.csv',
}

export function ruleSource(told: string, language: Language): string {
  return language === 'zh' ? (chinese[told] ?? told) : told
}
