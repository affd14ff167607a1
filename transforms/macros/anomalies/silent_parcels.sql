{#
What a parcel owes after each scan: another within days (`logistics_stalled`), or it is lost (`parcel_lost_suspected`), as
it is at once when the carrier says so. A parcel without any scan is not tracked at all. An exception is a word of the
carrier; what it tells of has types of its own.
#}
{% macro silent_parcels() -%}
{%- set is_over = "s.status in ('delivered', 'available_for_pickup', 'return_to_sender', 'failure', 'cancelled') or p.delivered_at <= s.at" -%}
arrayFlatten(arrayMap(
    (p, exceptions) -> arrayFlatten(arrayMap(
        (scan, next) -> arrayFilter(promise -> promise.1 = 'parcel_lost_suspected' or scan.status != 'lost', arrayMap(
            rule -> {{ promise_met(
                'rule',
                "concat(p.shipment_id, '@', toString(toUnixTimestamp64Milli(scan.at)))",
                'scan.at',
                "if(scan.status = 'lost', scan.at, null)",
                "if(rule = 'parcel_lost_suspected' and financial_status = 'refunded', arraySort([next, (refunded_at, arrayFirst(r -> r.settled_at = refunded_at, refunds).settled_event_id)])[1], next)",
                'ended_at',
                '[scan.event_id]',
                'amount_paid'
            ) }},
            ['logistics_stalled', 'parcel_lost_suspected']
        )),
        arrayFilter(s -> not ifNull({{ is_over }}, 0), arrayConcat(p.scans, cast(arrayMap(h -> (h.at, h.event_id, 'lost'), arrayFilter(h -> h.reason = 'lost', exceptions)), 'Array(Tuple(at DateTime64(3, \'UTC\'), event_id String, status String))'))) as scans,
        arrayMap(
            s -> arraySort(t -> t.1, arrayFilter(t -> t.1 > s.at, arrayConcat(
                arrayMap(later -> (toNullable(later.at), later.event_id), p.scans),
                [(p.delivered_at, p.delivered_event_id), (p.returned_at, '')],
                arrayMap(h -> (toNullable(h.at), h.event_id), exceptions)
            )))[1],
            scans
        )
    )),
    parcels,
    arrayMap(p -> arrayFilter(h -> h.thing = p.shipment_id and h.type = 'shipment.exception', history), parcels)
))
{%- endmacro %}
