/** What the simulated store sells, to whom, through whom. Data only. */

export type Channel = {
  readonly name: string
  readonly prefix: string
  readonly weight: number
  readonly shops: readonly string[]
  readonly market: 'domestic' | 'overseas'
  /** Hours until hand-over that the shop promises; null leaves it to the default rule. */
  readonly shipWithinHours: number | null
  readonly methods: readonly { readonly name: PaymentMethod; readonly weight: number }[]
  /** How much more often money goes wrong here than elsewhere. */
  readonly paymentTrouble: number
}

export type PaymentMethod = 'alipay' | 'wechat_pay' | 'card' | 'paypal' | 'bank_transfer'

export const channels: readonly Channel[] = [
  {
    name: 'tmall',
    prefix: 'TM',
    weight: 34,
    shops: ['tmall-flagship', 'tmall-outlet'],
    market: 'domestic',
    shipWithinHours: 48,
    paymentTrouble: 0.8,
    methods: [
      { name: 'alipay', weight: 88 },
      { name: 'bank_transfer', weight: 12 },
    ],
  },
  {
    name: 'jd',
    prefix: 'JD',
    weight: 24,
    shops: ['jd-official'],
    market: 'domestic',
    shipWithinHours: 36,
    paymentTrouble: 0.7,
    methods: [
      { name: 'wechat_pay', weight: 70 },
      { name: 'card', weight: 30 },
    ],
  },
  {
    name: 'douyin',
    prefix: 'DY',
    weight: 22,
    shops: ['douyin-live', 'douyin-mall'],
    market: 'domestic',
    shipWithinHours: null,
    paymentTrouble: 1.9,
    methods: [
      { name: 'alipay', weight: 45 },
      { name: 'wechat_pay', weight: 55 },
    ],
  },
  {
    name: 'shopify',
    prefix: 'SH',
    weight: 11,
    shops: ['shopify-eu', 'shopify-us'],
    market: 'overseas',
    shipWithinHours: null,
    paymentTrouble: 1.5,
    methods: [
      { name: 'card', weight: 62 },
      { name: 'paypal', weight: 38 },
    ],
  },
  {
    name: 'amazon',
    prefix: 'AM',
    weight: 9,
    shops: ['amazon-de', 'amazon-us'],
    market: 'overseas',
    shipWithinHours: 48,
    paymentTrouble: 0.6,
    methods: [{ name: 'card', weight: 100 }],
  },
]

export const providers: Readonly<Record<PaymentMethod, string>> = {
  alipay: 'alipay',
  wechat_pay: 'tenpay',
  card: 'adyen',
  paypal: 'paypal',
  bank_transfer: 'icbc',
}

export const refundChannels: Readonly<Record<PaymentMethod, 'wallet' | 'bank' | 'card'>> = {
  alipay: 'wallet',
  wechat_pay: 'wallet',
  paypal: 'wallet',
  card: 'card',
  bank_transfer: 'bank',
}

export const failureCodes = [
  'insufficient_funds',
  'three_ds_failed',
  'risk_declined',
  'bank_timeout',
  'card_expired',
] as const

export type Carrier = {
  readonly code: string
  readonly prefix: string
  readonly market: Channel['market']
  readonly weight: number
  /** Hours on the road, from first scan to the door. */
  readonly transitHours: readonly [number, number]
  /** How much more often a parcel goes wrong here than elsewhere. */
  readonly trouble: number
}

export const carriers: readonly Carrier[] = [
  { code: 'sf-express', prefix: 'SF', market: 'domestic', weight: 30, transitHours: [16, 36], trouble: 0.4 },
  { code: 'jd-logistics', prefix: 'JDV', market: 'domestic', weight: 22, transitHours: [12, 30], trouble: 0.5 },
  { code: 'zto', prefix: 'ZT', market: 'domestic', weight: 26, transitHours: [30, 62], trouble: 1.1 },
  { code: 'yto', prefix: 'YT', market: 'domestic', weight: 22, transitHours: [32, 66], trouble: 2.2 },
  { code: 'dhl', prefix: 'DHL', market: 'overseas', weight: 55, transitHours: [48, 88], trouble: 0.8 },
  { code: 'ups', prefix: '1Z', market: 'overseas', weight: 45, transitHours: [50, 90], trouble: 1.3 },
]

export type Region = {
  readonly name: string
  readonly hub: string
  readonly weight: number
  readonly market: Channel['market']
}

export const regions: readonly Region[] = [
  { name: '广东', hub: '广州', weight: 20, market: 'domestic' },
  { name: '浙江', hub: '杭州', weight: 17, market: 'domestic' },
  { name: '江苏', hub: '南京', weight: 13, market: 'domestic' },
  { name: '上海', hub: '上海', weight: 11, market: 'domestic' },
  { name: '北京', hub: '北京', weight: 9, market: 'domestic' },
  { name: '山东', hub: '济南', weight: 7, market: 'domestic' },
  { name: '四川', hub: '成都', weight: 7, market: 'domestic' },
  { name: '湖北', hub: '武汉', weight: 5, market: 'domestic' },
  { name: '福建', hub: '厦门', weight: 4, market: 'domestic' },
  { name: '陕西', hub: '西安', weight: 3, market: 'domestic' },
  { name: '黑龙江', hub: '哈尔滨', weight: 2, market: 'domestic' },
  { name: '新疆', hub: '乌鲁木齐', weight: 2, market: 'domestic' },
  { name: 'Bayern', hub: 'München', weight: 14, market: 'overseas' },
  { name: 'Berlin', hub: 'Berlin', weight: 10, market: 'overseas' },
  { name: 'California', hub: 'Los Angeles', weight: 26, market: 'overseas' },
  { name: 'New York', hub: 'New York', weight: 18, market: 'overseas' },
  { name: 'Texas', hub: 'Dallas', weight: 12, market: 'overseas' },
  { name: 'Greater London', hub: 'London', weight: 14, market: 'overseas' },
  { name: 'Île-de-France', hub: 'Paris', weight: 6, market: 'overseas' },
]

export const warehouses = [
  { id: 'HZ-01', city: '杭州', region: '浙江', weight: 45 },
  { id: 'GZ-02', city: '广州', region: '广东', weight: 35 },
  { id: 'CD-03', city: '成都', region: '四川', weight: 20 },
] as const

const surnames = [...'王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩']
const givenNames = [
  '伟',
  '芳',
  '娜',
  '敏',
  '静',
  '磊',
  '洋',
  '艳',
  '勇',
  '杰',
  '娟',
  '涛',
  '明',
  '超',
  '秀英',
  '霞',
  '平',
  '建华',
  '志强',
  '晓彤',
  '雨欣',
  '子涵',
  '浩然',
  '思远',
  '佳怡',
  '俊杰',
  '梓萱',
  '一诺',
]
const latinFirst = [
  'Anna',
  'Jonas',
  'Émile',
  'Sofia',
  'James',
  'Olivia',
  'Łukasz',
  'Chloé',
  'Noah',
  'Mia',
  'Søren',
  'Grace',
  'Liam',
  'Zoë',
  'Marta',
  'Ethan',
  'Frieda',
  'Hugo',
]
const latinLast = [
  'Müller',
  'Smith',
  'García',
  'O’Brien',
  'Dubois',
  'Johnson',
  'Weiß',
  'Novák',
  'Brown',
  'Rossi',
  'Jensen',
  'Wright',
  'Nowak',
  'Taylor',
  'Becker',
  'Martin',
  'Clark',
  'Fischer',
]
export const buyerNames = { surnames, givenNames, latinFirst, latinLast } as const

export type Product = {
  readonly sku: string
  readonly name: string
  readonly latin: string
  readonly category: string
  readonly price: number
  readonly seller: string
  readonly sellerRegion: string
  readonly weight: number
}

const product = (
  weight: number,
  sku: string,
  name: string,
  latin: string,
  category: string,
  price: number,
  seller: string,
  sellerRegion: string,
): Product => ({ weight, sku, name, latin, category, price, seller, sellerRegion })

/** Prices in fen. */
export const products: readonly Product[] = [
  product(9, 'TEA-LJ-250', '明前龙井 250g', 'Longjing tea 250 g', 'food', 13400, 'seller-longjing', '浙江'),
  product(8, 'SNK-NUT-06', '每日坚果礼盒', 'Daily nuts gift box', 'food', 8990, 'seller-nuts', '安徽'),
  product(5, 'COF-YN-500', '云南小粒咖啡豆', 'Yunnan coffee beans', 'food', 7800, 'seller-nuts', '云南'),
  product(9, 'CLO-TSH-M', '纯棉圆领 T 恤', 'Cotton T-shirt', 'fashion', 5900, 'seller-cotton', '广东'),
  product(7, 'CLO-DWN-L', '轻薄羽绒服', 'Light down jacket', 'fashion', 39900, 'seller-cotton', '广东'),
  product(5, 'SHO-RUN-42', '缓震跑步鞋', 'Running shoes', 'fashion', 45900, 'seller-stride', '福建'),
  product(8, 'BEA-SER-30', '玻尿酸精华 30ml', 'Hyaluronic serum 30 ml', 'beauty', 16900, 'seller-beauty', '上海'),
  product(6, 'BEA-LIP-05', '丝绒口红', 'Velvet lipstick', 'beauty', 9900, 'seller-beauty', '上海'),
  product(7, 'ELE-BUD-2', '蓝牙降噪耳机', 'Noise-cancelling earbuds', 'electronics', 29900, 'seller-volt', '广东'),
  product(4, 'ELE-PAD-11', '平板电脑 11 寸', 'Tablet 11"', 'electronics', 219900, 'seller-volt', '广东'),
  product(5, 'ELE-CHG-65', '氮化镓充电器 65W', 'GaN charger 65 W', 'electronics', 12900, 'seller-volt', '广东'),
  product(6, 'HOM-LMP-01', '护眼台灯', 'Desk lamp', 'home', 18900, 'seller-home', '江苏'),
  product(5, 'HOM-POT-24', '不粘炒锅 24cm', 'Non-stick wok 24 cm', 'home', 15900, 'seller-home', '浙江'),
  product(4, 'HOM-BED-4', '长绒棉四件套', 'Long-staple bedding set', 'home', 49900, 'seller-home', '江苏'),
  product(5, 'BAB-DIA-L', '婴儿纸尿裤 L', 'Diapers size L', 'baby', 11900, 'seller-baby', '湖北'),
  product(3, 'BAB-TOY-3', '木质积木', 'Wooden blocks', 'baby', 13900, 'seller-baby', '浙江'),
  product(4, 'OUT-TNT-2', '双人露营帐篷', 'Two-person tent', 'outdoor', 32900, 'seller-stride', '福建'),
  product(4, 'BOK-TES-1', '三体（全集）', 'The Three-Body Problem', 'books', 9300, 'seller-books', '北京'),
]
