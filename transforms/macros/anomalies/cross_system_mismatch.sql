{% macro cross_system_mismatch() -%}
{#- Each disagreement: its name, the two events that disagree, what settles it, whether even before, the money in question. -#}
arrayMap(
    two -> {{ promise_met(
        "'cross_system_mismatch'",
        'concat(order_id, two.1)',
        'greatest(two.2.at, two.3.at)',
        'null',
        signs_where('has(two.4, h.type) and (two.5 = 1 or h.at >= greatest(two.2.at, two.3.at))') ~ '[1]',
        'null',
        'arrayMap(e -> e.event_id, arraySort([two.2, two.3]))',
        'two.6'
    ) }},
    arrayFilter(two -> two.2.event_id != '' and two.3.event_id != '', [
        (
            '',
            arrayFirst(h -> {{ order_ends() }}, history),
            arrayFirst(h -> h.type in ('payment.captured', 'payment.succeeded'), history),
            ['refund.created', 'refund.succeeded', 'refund.approved'],
            1,
            amount_paid
        ),
        (
            '@refunded',
            arrayFirst(h -> h.type in ('order.created', 'order.confirmed') and financial_status = 'refunded' and (handed_over_at is null or handed_over_at > refunded_at), history),
            arrayLast(h -> h.type = 'refund.succeeded', history),
            ['order.canceled', 'order.closed', 'order.completed'],
            1,
            amount_refunded
        ),
        (
            '@unpaid',
            arrayFirst(h -> startsWith(h.type, 'payment.') and not arrayExists(p -> p.method = 'cod', payments) and not arrayExists(h -> h.type in ('payment.authorized', 'payment.captured', 'payment.succeeded') and h.at <= handed_over_at, history), history),
            arrayFirst(h -> h.type = 'shipment.handed_over', history),
            ['payment.authorized', 'payment.captured', 'payment.succeeded', 'shipment.returned'],
            0,
            amount_payable
        ),
        (
            '@delivered',
            arrayFirst(h -> h.type = 'order.canceled' and handed_over_at < h.at, history),
            arrayFirst(h -> h.type = 'shipment.delivered' and h.at > canceled_at and h.thing not in return_parcels.shipment_id, history),
            ['shipment.returned', 'return.received'],
            0,
            greatest(amount_paid, amount_payable)
        ),
        (
            '@stock',
            arrayFirst(r -> r.type = 'inventory.released' and (ended_at is null or ended_at > handed_over_at) and not arrayExists(h -> h.thing = r.thing and h.type in ('inventory.reserved', 'inventory.allocated') and h.at >= r.at, history), history),
            arrayFirst(h -> h.type = 'shipment.handed_over', history),
            ['inventory.reserved', 'inventory.allocated', 'inventory.adjusted', 'shipment.returned'],
            0,
            amount_payable
        )
    ])
)
{%- endmacro %}
