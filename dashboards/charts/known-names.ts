/** What channels, carriers and ways to pay are called whose codes are usual. Others are called as their source calls them. */
import type { Localized } from '#transforms/query/request.ts'
import type { Language } from './context.ts'

const w = (en: string, zh: string): Localized => ({ en, zh })

const channels: Record<string, Localized> = {
  tmall: w('Tmall', '天猫'),
  taobao: w('Taobao', '淘宝'),
  jd: w('JD.com', '京东'),
  pinduoduo: w('Pinduoduo', '拼多多'),
  douyin: w('Douyin', '抖音'),
  kuaishou: w('Kuaishou', '快手'),
  xiaohongshu: w('Xiaohongshu', '小红书'),
  shopify: w('Shopify', 'Shopify'),
  woocommerce: w('WooCommerce', 'WooCommerce'),
  amazon: w('Amazon', '亚马逊'),
  ebay: w('eBay', 'eBay'),
  aliexpress: w('AliExpress', '速卖通'),
  web: w('Web shop', '官网'),
}

const methods: Record<string, Localized> = {
  alipay: w('Alipay', '支付宝'),
  wechat_pay: w('WeChat Pay', '微信支付'),
  tenpay: w('Tenpay', '财付通'),
  unionpay: w('UnionPay', '银联'),
  card: w('Card', '银行卡'),
  credit_card: w('Credit card', '信用卡'),
  debit_card: w('Debit card', '借记卡'),
  bank: w('Bank', '银行'),
  bank_transfer: w('Bank transfer', '银行转账'),
  wallet: w('Wallet', '电子钱包'),
  paypal: w('PayPal', 'PayPal'),
  adyen: w('Adyen', 'Adyen'),
  stripe: w('Stripe', 'Stripe'),
  boleto: w('Boleto', 'Boleto'),
  voucher: w('Voucher', '代金券'),
}

const carriers: Record<string, Localized> = {
  'sf-express': w('SF Express', '顺丰'),
  'jd-logistics': w('JD Logistics', '京东物流'),
  zto: w('ZTO Express', '中通'),
  yto: w('YTO Express', '圆通'),
  sto: w('STO Express', '申通'),
  yunda: w('Yunda', '韵达'),
  ems: w('EMS', 'EMS'),
  cainiao: w('Cainiao', '菜鸟'),
  dhl: w('DHL', 'DHL'),
  ups: w('UPS', 'UPS'),
  usps: w('USPS', 'USPS'),
  fedex: w('FedEx', '联邦快递'),
  dpd: w('DPD', 'DPD'),
  gls: w('GLS', 'GLS'),
}

/** By dimension, and by kind of cause where that is called otherwise. */
const names: Record<string, Record<string, Localized>> = {
  channel: channels,
  payment_method: methods,
  gateway: methods,
  carrier: carriers,
}

/** A lane is a carrier and a region. */
const LANE = ' → '

export function knownName(dimension: string, code: string, language: Language): string | undefined {
  if (dimension !== 'carrier_lane') return names[dimension]?.[code]?.[language]
  const [carrier = '', ...region] = code.split(LANE)
  return [carriers[carrier]?.[language] ?? carrier, ...region].join(LANE)
}
