/**
 * Orders that events name otherwise than by their id: `lookup/KIND/VALUE`, or `lookup/KIND@SHOP/VALUE` where the webhook's
 * endpoint says which shop it belongs to. Shops number alike, so that an endpoint with a shop speaks of its own orders only.
 */

/** Header of a landed webhook that tells the shop of its endpoint; a sender cannot set it. */
export const SHOP_HEADER = 'orderlens-shop'

/** A subject that is a reference. */
export const REFERENCE = '^lookup/(order|payment|tracking|shipment|refund)(@[a-z0-9_]+)?/.'

/** SQL text: the shop of a landed message's endpoint, '' for all else. Headers of other sources are the sender's. */
export const shopOf = `if(startsWith(topic, 'webhook/'), JSONExtractString(headers, '${SHOP_HEADER}'), '')`

/** SQL text: a subject as the shop `shop_` means it. */
export const subjectInShop = (subject: string): string =>
  `multiIf(shop_ = '', ${subject},
    startsWith(${subject}, 'order/'), concat('order/', shop_, '-', substring(${subject}, 7)),
    startsWith(${subject}, 'lookup/'), replaceRegexpOne(${subject}, '^lookup/([a-z]+)/', concat('lookup/\\\\1@', shop_, '/')),
    ${subject})`

/** SQL text: an event's text whose buyer is one of the shop's. Who bought without an account is known by their contact everywhere. */
export const dataInShop = (outcome: string): string =>
  `if(shop_ = '' or startsWith(JSONExtractString(${outcome}, 'data', 'buyer_id'), 'guest'), ${outcome},
    replaceRegexpOne(${outcome}, '([{,] *"buyer_id" *: *")', concat('\\\\1', shop_, '-')))`

/** SQL text: the id of an order that nobody knows yet, by which it will be known; '' for a reference of another kind. */
export const orderToCome = (ref: string): string =>
  `multiIf(startsWith(${ref}, 'lookup/order/'), substring(${ref}, 14),
    startsWith(${ref}, 'lookup/order@'), replaceRegexpOne(substring(${ref}, 14), '^([^/]*)/', '\\\\1-'), '')`

/**
 * SQL text: the orders of references, as columns `ref` and `order_id`. `refs` selects a column `ref`. A number that several
 * orders share names none of them.
 */
export const ordersByReference = (refs: string): string => {
  const wanted = `select ref, splitByChar('@', splitByChar('/', ref)[2]) as named_, if(named_[1] = 'order', 'order_no', named_[1]) as kind, named_[2] as shop,
      arrayStringConcat(arraySlice(splitByChar('/', ref), 3), '/') as value from (${refs})`
  return `select w.ref as ref, min(l.order_id) as order_id
    from (select kind, value, order_id from order_lookup where kind in ('order_no', 'payment', 'tracking', 'shipment', 'refund') and (kind, value) in (select kind, value from (${wanted}))) as l
    inner join (${wanted}) as w on l.kind = w.kind and l.value = w.value
    where w.shop = '' or startsWith(l.order_id, concat(w.shop, '-'))
    group by ref having uniqExact(l.order_id) = 1`
}
