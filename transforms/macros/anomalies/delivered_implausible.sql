{% macro delivered_implausible() -%}
{%- set scans_before = "arrayFilter(s -> s.at < p.delivered_at, p.scans)" -%}
{%- set set_out_at = "if(notEmpty(" ~ scans_before ~ "), " ~ scans_before ~ "[1].at, if(p.handed_over_at <= p.delivered_at, p.handed_over_at, null))" -%}
{%- set is_before_shipped = "ifNull(p.handed_over_at > p.delivered_at, 0)" -%}
{%- set is_too_quick = "ifNull(dateDiff('second', toNullable(" ~ set_out_at ~ "), p.delivered_at) < limits['delivered_implausible'].window_s, 0)" -%}
{#- Signed for where it set out, although it had left: nothing brought it back, and nobody fetched it. -#}
{%- set began = "arrayFirst(h -> h.event_id = p.scans[1].event_id, history).part" -%}
{%- set got_to = "arrayFirst(h -> h.event_id = " ~ scans_before ~ "[-1].event_id, history).part" -%}
{%- set arrived = "arrayFirst(h -> h.event_id = p.delivered_event_id, history).part" -%}
{%- set is_elsewhere = "length(" ~ scans_before ~ ") >= 2 and " ~ arrived ~ " != '' and " ~ got_to ~ " != '' and " ~ arrived ~ " = " ~ began ~ " and " ~ got_to ~ " != " ~ began ~ " and not hasAny(arrayMap(s -> s.status, p.scans), ['attempt_failed', 'available_for_pickup', 'return_to_sender'])" -%}
arrayMap(
    p -> {{ finding(
        "'delivered_implausible'",
        'p.shipment_id',
        "assumeNotNull(if(" ~ is_before_shipped ~ ", p.handed_over_at, p.delivered_at))",
        "(h.thing = p.shipment_id and h.type = 'shipment.returned') or (h.type = 'fulfillment.label_created' and p.shipment_id not in (h.thing, h.part)) or h.type = 'refund.succeeded' or (h.type = 'operation.performed' and h.word = 'confirm_delivery') or " ~ order_ends(),
        "arrayFilter(id -> id != '', arrayDistinct([arrayFirst(h -> h.type = 'shipment.handed_over' and h.thing = p.shipment_id, history).event_id, p.scans[1].event_id, " ~ scans_before ~ "[-1].event_id, p.delivered_event_id]))",
        'amount_paid'
    ) }},
    arrayFilter(p -> p.delivered_at is not null and ({{ is_before_shipped }} or {{ is_too_quick }} or {{ is_elsewhere }}), parcels)
)
{%- endmacro %}
