{% macro price_discrepancy() -%}
{#- What was agreed is what the order said last before the money. A unit price is rounded, so each piece may be off by one minor unit. -#}
{%- set agreed = "arrayFirst(a -> a.line_id = l.line_id, arrayLast(a -> ifNull(a.at <= paid_at, 0), bills).lines).unit_price" -%}
{%- set price = "if(ifNull(b.at > paid_at, 0) and " ~ agreed ~ " > 0, " ~ agreed ~ ", l.unit_price)" -%}
arrayMap(
    (wrong, gap) -> {{ finding(
        "'price_discrepancy'",
        'order_id',
        'wrong.at',
        "has(arrayMap(b -> b.event_id, arrayFilter((b, g) -> g = 0, bills, gaps)), h.event_id) or (h.type = 'refund.succeeded' and h.amount >= gap) or " ~ order_ends(),
        "arrayDistinct([if(created_event_id = '', wrong.event_id, created_event_id), wrong.event_id])",
        'gap'
    ) }},
    arraySlice(arrayFilter((b, g) -> g > 0, bills, arrayMap(
        b -> toInt64(arraySum(arrayMap(
            l -> if(l.unit_price > 0 and abs(l.amount - {{ price }} * l.quantity) > l.quantity, abs(l.amount - {{ price }} * l.quantity), 0),
            b.lines
        ))),
        bills
    ) as gaps), 1, 1),
    arraySlice(arrayFilter(g -> g > 0, gaps), 1, 1)
)
{%- endmacro %}
