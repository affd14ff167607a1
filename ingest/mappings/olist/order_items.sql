{#- One record of the items file becomes one change of its order: a line, and the seller's limit for handing it over. -#}
{%- set checks = [
  ["order_id = ''", missing('order_id')],
  ["line_id = ''", missing('order_item_id')],
  ["toUnixTimestamp64Milli(o.purchased_at) = 0", unknown_order('order_id')],
  [no_instant('ship_by_text', 'ship_by'), wrong('shipping_limit_date', 'ship_by_text', 'a time')],
  ["isNull(price)", wrong('price', 'price_text', 'an amount')],
  ["isNull(freight)", wrong('freight_value', 'freight_text', 'an amount')]
] -%}
{%- set mapped -%}
select r.*, o.purchased_at as purchased_at,
    {{ column('order_items', 'order_item_id') }} as line_id,
    {{ column('order_items', 'shipping_limit_date') }} as ship_by_text,
    {{ column('order_items', 'price') }} as price_text,
    {{ column('order_items', 'freight_value') }} as freight_text,
    {{ instant('ship_by_text') }} as ship_by,
    {{ minor_units('price_text') }} as price,
    {{ minor_units('freight_text') }} as freight,
    p.category as category, s.state as seller_state,
    {{ verdict('order_items', checks) }}
  from (
    select *, {{ column('order_items', 'order_id') }} as order_id, {{ column('order_items', 'product_id') }} as product_id,
      {{ column('order_items', 'seller_id') }} as seller_id
    from ({{ records('order_items') }})
  ) as r
  left any join ({{ known_orders() }}) as o on known_order_id = order_id
  left any join (
    select known_product_id, if(t.english != '', t.english, raw_category) as category
    from (
      select {{ column('products', 'product_id') }} as known_product_id, {{ column('products', 'product_category_name') }} as raw_category
      from ({{ records('products') }})
    ) as product
    left any join (
      select {{ column('category_translation', 'product_category_name') }} as portuguese,
        {{ column('category_translation', 'product_category_name_english') }} as english
      from ({{ records('category_translation') }})
    ) as t on portuguese = raw_category
  ) as p on known_product_id = product_id
  left any join (
    select {{ column('sellers', 'seller_id') }} as known_seller_id, {{ column('sellers', 'seller_state') }} as state
    from ({{ records('sellers') }})
  ) as s on known_seller_id = seller_id
{%- endset -%}
insert into events (
  order_id, occurred_at, source, event_id, topic, partition, epoch, offset, ordinal, batch_id, event_type, landed_at, historic,
  promised_ship_by, lines
)
{{ insert_settings() }}
select
  order_id, purchased_at, '/shop/olist/order_items', concat(order_id, '/item/', line_id), topic, partition, epoch, offset,
  0, {batch_id:String}, 'order.updated', landed_at, 1, ship_by,
  [(
    line_id, product_id, if(category = '', product_id, category), if(category = '', 'unknown', category), seller_id, seller_state,
    1, assumeNotNull(price), assumeNotNull(price), assumeNotNull(freight)
  )]
from ({{ mapped }})
where is_fine

-- next statement
{{ dead_letters(mapped) }}
