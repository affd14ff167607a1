{{ config(materialized='view') }}
{%- set stages = ['created', 'paid', 'confirmed', 'label_created', 'handed_over', 'first_scan', 'delivered', 'completed', 'canceled', 'closed'] -%}
-- The way of every order through its stages, in the order in which they happened; stages of one instant stand in the order
-- of the list. The last stage leads nowhere yet: there the order waits, or has come to its end.
with ways as (
    select
        order_id, order_no, channel, region, shop_id, carriers, payment_methods, currency, historic, amount_payable, created_at,
        arraySort(arrayFilter(s -> s.1 is not null, [{% for stage in stages %}({{ stage }}_at, {{ loop.index }}, '{{ stage }}'){{ '' if loop.last else ', ' }}{% endfor %}])) as steps,
        arrayMap(s -> s.3, steps) as names
    from {{ ref('order_state') }} final
)

select
    order_id, order_no, channel, region, shop_id, carriers, payment_methods, currency, historic, amount_payable, created_at,
    arrayStringConcat(names, ' > ') as variant,
    toUInt16(step) as step,
    names[step] as from_stage,
    names[step + 1] as to_stage,
    steps[step].1 as entered_at,
    if(step = length(steps), null, steps[step + 1].1) as left_at,
    toUInt8(step = length(steps)) as is_last,
    toUInt8(from_stage in ('completed', 'canceled', 'closed')) as is_end
from ways
array join arrayEnumerate(steps) as step
