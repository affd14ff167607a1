{#- One record of the payments file becomes one captured payment. The file has no time: the approval's, else the purchase's. -#}
{%- set checks = [
  ["order_id = ''", missing('order_id')],
  ["sequential = ''", missing('payment_sequential')],
  ["toUnixTimestamp64Milli(o.purchased_at) = 0", unknown_order('order_id')],
  ["isNull(amount)", wrong('payment_value', 'amount_text', 'an amount')]
] -%}
{%- set mapped -%}
select r.*, if(toUnixTimestamp64Milli(o.approved_at) = 0, o.purchased_at, o.approved_at) as paid_at,
    {{ column('order_payments', 'payment_sequential') }} as sequential,
    {{ column('order_payments', 'payment_type') }} as method,
    {{ column('order_payments', 'payment_value') }} as amount_text,
    {{ minor_units('amount_text') }} as amount,
    {{ verdict('order_payments', checks) }}
  from (select *, {{ column('order_payments', 'order_id') }} as order_id from ({{ records('order_payments') }})) as r
  left any join ({{ known_orders() }}) as o on known_order_id = order_id
{%- endset -%}
insert into events (
  order_id, occurred_at, source, event_id, topic, partition, epoch, offset, ordinal, batch_id, event_type, landed_at, historic,
  currency, payment_id, amount, method
)
{{ insert_settings() }}
select
  order_id, paid_at, '/shop/olist/order_payments', concat(order_id, '/payment/', sequential), topic, partition, epoch, offset,
  0, {batch_id:String}, 'payment.captured', landed_at, 1, 'BRL', concat(order_id, '/', sequential), amount, method
from ({{ mapped }})
where is_fine

-- next statement
{{ dead_letters(mapped) }}
