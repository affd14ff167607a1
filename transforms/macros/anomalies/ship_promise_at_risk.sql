{% macro ship_promise_at_risk() -%}
{#- Each stage of the work that is left has a time of its own: its rule, the event that began it, what ends it. -#}
arrayMap(
    stage -> {{ promise_met(
        "concat('ship_promise_at_risk', stage.1)",
        "if(stage.1 = '', order_id, concat(order_id, '@', substring(stage.1, 2)))",
        'paid_at',
        'promised_ship_by',
        signs_where('has(stage.3, h.type)') ~ '[1]',
        'ended_or_paid_back_at',
        '[stage.2]',
        'amount_paid',
        given_escalate_at='promised_ship_by'
    ) }},
    if(paid_at is null, [], arrayFilter(stage -> stage.2 != '', [
        ('', paid_event_id, ['fulfillment.created', 'fulfillment.packed', 'fulfillment.label_created', 'shipment.handed_over']),
        ('_begun', arrayFirst(h -> h.type = 'fulfillment.created', history).event_id, ['fulfillment.packed', 'fulfillment.label_created', 'shipment.handed_over']),
        ('_packed', arrayFirst(h -> h.type in ('fulfillment.packed', 'fulfillment.label_created'), history).event_id, ['shipment.handed_over'])
    ]))
)
{%- endmacro %}
