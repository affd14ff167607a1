{% macro status_regression() -%}
{%- set ends = "['shipment.delivered', 'refund.succeeded', 'payment.succeeded', 'payment.captured', 'order.canceled', 'order.closed', 'order.completed']" -%}
{%- set goes_back = "['shipment.checkpoint:pre_transit', 'shipment.checkpoint:picked_up', 'shipment.checkpoint:in_transit', 'shipment.checkpoint:out_for_delivery', 'shipment.checkpoint:attempt_failed', 'refund.requested', 'refund.approved', 'refund.created', 'refund.updated:pending', 'payment.created', 'payment.authorized', 'payment.processing', 'order.confirmed', 'order.held']" -%}
{#- Of one thing and one family: an order has no id among the things, and neither has what an agent does. -#}
{%- set of_its_kind = "h.thing = one.thing and substring(h.type, 1, 5) = substring(one.type, 1, 5) and has(" ~ ends ~ ", h.type)" -%}
{%- set is_paid_anew = "one.type in ('payment.succeeded', 'payment.captured')" -%}
{%- set gave_it_back = "h.type = 'refund.succeeded' and h.part = one.thing" -%}
{%- set was_over = "h.at + toIntervalSecond(limits['status_regression'].window_s) < one.at and if(" ~ is_paid_anew ~ ", " ~ gave_it_back ~ " and h.amount >= one.amount and h.amount > 0, " ~ of_its_kind ~ ")" -%}
{#- A parcel on its way back to the shop travels anew. -#}
{%- set travels_back = "h.thing = one.thing and h.at <= one.at and (h.type = 'shipment.returned' or h.word = 'return_to_sender')" -%}
arrayMap(
    one -> {{ finding(
        "'status_regression'",
        "if(one.thing = '', order_id, one.thing)",
        'one.at',
        "if(" ~ is_paid_anew ~ ", " ~ gave_it_back ~ ", " ~ of_its_kind ~ ")",
        "[arrayFirst(h -> " ~ was_over ~ ", history).event_id, one.event_id]",
        "greatest(arrayFirst(r -> r.refund_id = one.thing, refunds).amount, arrayFirst(p -> p.payment_id = one.thing, payments).amount)"
    ) }},
    arrayMap(
        gone -> arrayFilter((one, place) -> arrayFirstIndex(h -> h.thing = one.thing, gone) = place, gone, arrayEnumerate(gone)),
        [arrayFilter(
            one -> (hasAny({{ goes_back }}, [one.type, concat(one.type, ':', one.word)]) or {{ is_paid_anew }})
                and arrayExists(h -> {{ was_over }}, history)
                and not arrayExists(h -> {{ travels_back }}, history),
            history
        )]
    )[1]
)
{%- endmacro %}
