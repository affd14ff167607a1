{% macro coupon_anomaly() -%}
{#- A coupon that helped to buy what was shipped is spent, however the order is closed later. -#}
if(
    ended_at is null or handed_over_at < ended_at,
    [],
    arrayMap(
        one -> {{ promise_met(
            "'coupon_anomaly'",
            'one.thing',
            'ended_at',
            'null',
            signs_where("h.type in ('coupon.returned', 'coupon.expired') and h.thing = one.thing and h.at >= one.at") ~ '[1]',
            'null',
            '[one.event_id, canceled_event_id]',
            "arrayFirst(sum -> sum > 0, [one.amount, arrayFirst(c -> c.coupon_id = one.thing, coupons).amount, amount_discount])"
        ) }},
        arrayFilter(one -> one.at <= ended_at, {{ first_of_each("'coupon.locked', 'coupon.redeemed'") }})
    )
)
{%- endmacro %}
{% macro coupon_worth_more_than_discount() -%}
{%- set used = "arrayFilter(h -> h.type = 'coupon.redeemed', history)" -%}
{%- set worth = "arraySum(c -> c.amount, arrayFilter(c -> c.coupon_id in arrayMap(h -> h.thing, " ~ used ~ "), coupons))" -%}
if(
    amount_discount = 0 or {{ worth }} <= amount_discount,
    [],
    [{{ finding(
        "'coupon_anomaly'",
        "concat(order_id, '@discount')",
        used ~ '[-1].at',
        "h.type in ('coupon.returned', 'refund.succeeded') or " ~ order_ends(),
        "arrayConcat([created_event_id], arrayMap(h -> h.event_id, " ~ used ~ "))",
        worth ~ ' - amount_discount'
    ) }}]
)
{%- endmacro %}
