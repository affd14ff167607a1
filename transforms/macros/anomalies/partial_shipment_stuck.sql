{% macro partial_shipment_stuck() -%}
{#- A part is a piece of work of the warehouse, or a parcel that belongs to none; works count where the warehouse says which parcel is of which. -#}
{%- set is_told_apart = "arrayExists(h -> (h.type = 'shipment.handed_over' and h.part != '') or (h.type = 'fulfillment.label_created' and h.thing != h.part), history)" -%}
{%- set labelled = "arrayMap(h -> h.part, arrayFilter(h -> h.type = 'fulfillment.label_created' and h.thing = one.thing, history))" -%}
{%- set waits_from = "greatest(one.at, assumeNotNull(handed_over_at))" -%}
if(
    handed_over_at is null or paid_at is null,
    [],
    arrayMap(
        (one, parcels_of_one) -> {{ promise_met(
            "'partial_shipment_stuck'",
            'one.thing',
            waits_from,
            "if(promised_ship_by > " ~ waits_from ~ ", promised_ship_by, null)",
            signs_where("(h.type = 'shipment.handed_over' and (has(parcels_of_one, h.thing) or one.thing in (h.thing, h.part))) or (h.type = 'fulfillment.rejected' and h.thing = one.thing and h.at >= one.at)") ~ '[1]',
            'ended_or_paid_back_at',
            "[arrayFirst(h -> h.type = 'shipment.handed_over' and h.at = handed_over_at, history).event_id, one.event_id]",
            'amount_paid - amount_refunded'
        ) }},
        arrayMap(
            known -> arrayFilter((one, place) -> arrayFirstIndex(h -> h.thing = one.thing, known) = place and one.thing not in return_parcels.shipment_id, known, arrayEnumerate(known)),
            [arrayFilter(h -> h.type = 'fulfillment.label_created' or (h.type = 'fulfillment.created' and {{ is_told_apart }}), history)]
        )[1] as parts,
        arrayMap(one -> {{ labelled }}, parts)
    )
)
{%- endmacro %}
