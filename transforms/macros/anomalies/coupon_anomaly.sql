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
{% macro coupon_used_again(linked_most) -%}
{#- Orders before it that used the coupon and neither gave it back nor ended by then. What so many use is a code for everyone. -#}
{%- set limit = "limits['coupon_anomaly_reuse']" -%}
{%- set is_of_one = "l.used_event_id = one.event_id" -%}
arrayMap(
    again -> {{ finding_with_others(
        "'coupon_anomaly_reuse'",
        "concat(again.1.thing, '@reuse')",
        'again.1.at',
        'again.2',
        limit ~ '.count',
        "(h.type in ('coupon.returned', 'coupon.expired') and h.thing = again.1.thing) or " ~ order_ends(),
        "arrayPushBack(arrayMap(l -> l.event_id, arrayReverse(again.2)), again.1.event_id)",
        "arrayFirst(sum -> sum > 0, [again.1.amount, arrayFirst(c -> c.coupon_id = again.1.thing, coupons).amount, amount_discount])"
    ) }},
    arrayFilter(
        again -> {{ limit }}.count > 0 and length(again.2) >= {{ limit }}.count,
        arrayMap(
            one -> (one, arrayFilter(
                l -> {{ is_of_one }} and l.at >= one.at - toIntervalSecond({{ limit }}.window_s) and (l.over.event_id = '' or l.over.at > one.at),
                if(arrayCount(l -> {{ is_of_one }}, links) < {{ linked_most }}, links, [])
            )),
            {{ first_of_each("'coupon.redeemed'") }}
        )
    )
)
{%- endmacro %}
