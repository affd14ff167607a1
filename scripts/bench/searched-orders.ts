/**
 * Millions of orders to search for, generated inside the engine: only what a search reads. Their numbers, names and products
 * are spread as a shop's are: some names and products are everywhere, most are rare; some of the last have an anomaly.
 */
import { rebuildTables } from '#transforms/engine/build.ts'
import type { Project } from '#transforms/engine/project.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

const ORDERS_PER_INSERT = 500_000
/** The last order is placed then, and all others in the two years before. */
export const LAST_PLACED = Date.UTC(2026, 10, 1)
const MS_TOGETHER = 730 * 86_400_000

const list = (texts: string): string =>
  `[${texts
    .split(' ')
    .map((text) => `'${text}'`)
    .join(', ')}]`
const FAMILY = list('王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹')
const GIVEN = list(
  '伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀 霞 平 刚 桂 英 华 文 辉 玲 健 峰 晓 小 志 建 国 玉 海 云 春 红 雪 宇 浩 然 欣 怡 子 涵 梓 轩 博 思 佳 嘉 俊 凯 鹏 飞 龙 琳 颖 婷 瑶',
)
const FIRST = list(
  'James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Carlos José Ana Lucía Pierre Chloé Hans Greta Ivan Olga Yuki Kenji',
)
const LAST = list(
  'Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson',
)
const THING = list(
  '耳机 键盘 连衣裙 运动鞋 保温杯 台灯 背包 手表 Headphones Keyboard Dress Sneakers Bottle Lamp Backpack Watch',
)
const MANNER = list(
  '无线 机械 红色 轻便 不锈钢 护眼 防水 智能 Wireless Mechanical Crimson Light Steel Bright Waterproof Smart',
)

const pick = (words: string, salt: number, of = 'number'): string =>
  `${words}[1 + cityHash64(${of}, ${salt}) % length(${words})]`

/** Of an order, by its place among all. Names repeat more than chance would have it: a quarter of the letters is usual. */
const COLUMNS: Readonly<Record<string, string>> = {
  order_id: "concat('o', leftPad(toString(number), 9, '0'))",
  order_no: "concat('SO', toString(20000000000 + number * 7))",
  channel: pick(list('tmall jd douyin web app amazon'), 1),
  region: pick(list('广东 浙江 江苏 北京 上海 四川 湖北 山东 CA NY TX DE FR JP'), 2),
  shop_id: "concat('shop-', toString(cityHash64(number, 3) % 5))",
  buyer_id: "concat('B', toString(cityHash64(number, 4) % intDiv({orders:UInt64}, 3)))",
  buyer_name: `if(cityHash64(number, 5) % 3 = 0,
    concat(${pick(FIRST, 6)}, if(cityHash64(number, 20) % 4 = 0, '', concat(' ', char(65 + cityHash64(number, 21) % 26), char(97 + cityHash64(number, 22) % 26), char(97 + cityHash64(number, 23) % 26))), ' ', ${pick(LAST, 7)}),
    concat(${pick(FAMILY, 8)}, ${pick(GIVEN, 9)}, if(cityHash64(number, 24) % 4 = 0, '', ${pick(GIVEN, 10)})))`,
  currency: "if(cityHash64(number, 2) % 3 = 0, 'USD', 'CNY')",
  order_status:
    "multiIf(number + 20000 > {orders:UInt64}, ['created', 'confirmed', 'processing', 'shipped'][1 + number % 4], number % 29 = 0, 'canceled', 'completed')",
  amount_payable: 'toInt64(500 + cityHash64(number, 11) % 200000)',
  created_at: `fromUnixTimestamp64Milli(toInt64({last:Int64} - ({orders:UInt64} - number) * (${MS_TOGETHER} / {orders:UInt64})), 'UTC')`,
}
/** Half of all orders have the first product, and every name is one of twenty thousand. */
const PRODUCT = `if(cityHash64(number, 12) % 2 = 0, '经典帆布袋 Classic tote bag',
  concat(${pick(MANNER, 13, 'intDiv(cityHash64(number, 14) % 20000, 2)')}, if(cityHash64(number, 14) % 2 = 0, ' ', ''), ${pick(THING, 15, 'cityHash64(number, 14) % 20000')}, ' ', toString(cityHash64(number, 14) % 20000)))`
const NUMBERS: Readonly<Record<string, string>> = {
  payment: "concat('pay_', lower(hex(cityHash64(number, 16))))",
  tracking: "concat('SF', leftPad(toString(cityHash64(number, 17) % 10000000000000), 13, '0'))",
  shipment: "concat('sp-', toString(number))",
  refund: "if(number % 20 = 0, concat('rf-', leftPad(toString(cityHash64(number, 18) % 1000000000000), 12, '0')), '')",
  phone_tail: "leftPad(toString(cityHash64(number, 19) % 10000), 4, '0')",
}
/** One order in so many of the last ones has an anomaly that is open. */
const WITH_ANOMALY = { every: 20, last: 500_000 }

export async function storeSearchedOrders(warehouse: Warehouse, project: Project, orders: number): Promise<void> {
  const columns = Object.entries(COLUMNS).map(([name, sql]) => `${sql} as ${name}`)
  const numbers = Object.entries(NUMBERS).map(([name, sql]) => `${sql} as ${name}`)
  const part = (names: string, values: string): string => `cast([tuple(${values})], 'Array(Tuple(${names}))')`
  for (let first = 0; first < orders; first += ORDERS_PER_INSERT) {
    const params = { first, n: Math.min(ORDERS_PER_INSERT, orders - first), orders, last: String(LAST_PLACED) }
    const made = `select ${[...columns, ...numbers, `${PRODUCT} as product`].join(', ')} from numbers({first:UInt64}, {n:UInt64})`
    await warehouse.command(
      `insert into order_state (${[...Object.keys(COLUMNS), 'payments', 'refunds', 'parcels', 'lines', 'state_version'].join(', ')}) settings optimize_on_insert = 0
       select ${[
         ...Object.keys(COLUMNS),
         part('payment_id String', 'payment'),
         `if(refund = '', [], ${part('refund_id String', 'refund')})`,
         part('shipment_id String, tracking_no String', 'shipment, tracking'),
         part('name String', 'product'),
         '1',
       ].join(', ')} from (${made})`,
      params,
    )
    await warehouse.command(
      `insert into order_lookup settings optimize_on_insert = 0
       select entry.1 as kind, entry.2 as value, order_id from (${made})
       array join [('order_no', order_no), ('buyer', buyer_id), ('buyer_name', lowerUTF8(buyer_name)), ${Object.keys(
         NUMBERS,
       )
         .map((kind) => `('${kind}', ${kind})`)
         .join(', ')}] as entry
       where entry.2 != ''`,
      params,
    )
    await warehouse.command(
      `insert into product_lookup settings optimize_on_insert = 0
       select lowerUTF8(product) as name, '' as sku, order_id from (${made})`,
      params,
    )
  }
  await warehouse.command(
    `insert into anomalies_by_day (axis, axis_day, order_id, anomaly_id, anomaly_type, status, channel, region, opened_at)
     select 'open', toDate(fromUnixTimestamp64Milli({last:Int64})), order_id, order_id, if(number % 2 = 0, 'not_shipped', 'logistics_stalled'), 'open', channel, region, created_at
     from (select number, ${columns.join(', ')} from numbers({orders:UInt64}) where number % {every:UInt64} = 0 and number + {lately:UInt64} > {orders:UInt64})`,
    { orders, last: String(LAST_PLACED), every: WITH_ANOMALY.every, lately: WITH_ANOMALY.last },
  )
  await rebuildTables(warehouse, project, ['search_orders', 'search_placed'])
}
