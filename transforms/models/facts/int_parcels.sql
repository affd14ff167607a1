{{ config(materialized='ephemeral') }}
-- Parcels of an order, merged by shipment id and by tracking number, each with its scans in order of time; one row per order.
-- A hand-over that the carrier itself confirmed (status picked_up) is a scan; a label or a seller's word is none.
select
    order_id,
    arraySort(p -> (p.label_at, p.shipment_id), groupArray(parcel)) as parcels,
    arrayFlatten(groupArray(other_names)) as renamed
from (
    select
        order_id,
        arraySort(groupUniqArrayIf(
            (occurred_at, event_id, toString(status)),
            event_type = 'shipment.checkpoint' and status not in ('', 'pre_transit', 'unknown')
        )) as scans,
        cast(tuple(
            shipment_id,
            argMaxIf(carrier_code, k, carrier_code != ''),
            argMaxIf(tracking_no, k, tracking_no != ''),
            multiIf(
                countIf(event_type = 'shipment.delivered') > 0, 'delivered',
                countIf(event_type = 'shipment.returned') > 0, 'return_to_sender',
                -- Until a carrier says something, there is a label and a seller's word.
                argMaxIf(status, k, status != '' and startsWith(event_type, 'shipment.')) as told_status != '', told_status,
                'pre_transit'
            ),
            minOrNullIf(occurred_at, event_type = 'fulfillment.label_created'),
            minOrNullIf(occurred_at, event_type = 'shipment.handed_over'),
            minOrNullIf(occurred_at, (event_type = 'shipment.checkpoint' and status not in ('', 'pre_transit', 'unknown')) or event_type = 'shipment.delivered' or (event_type = 'shipment.handed_over' and status = 'picked_up')),
            maxOrNullIf(occurred_at, (event_type = 'shipment.checkpoint' and status not in ('', 'pre_transit', 'unknown')) or event_type = 'shipment.delivered' or (event_type = 'shipment.handed_over' and status = 'picked_up')),
            minOrNullIf(occurred_at, event_type = 'shipment.delivered'),
            minOrNullIf(occurred_at, event_type = 'shipment.returned'),
            argMaxIf(location, k, location != ''),
            argMinIf(event_id, (occurred_at, k), event_type in ('fulfillment.label_created', 'shipment.handed_over')),
            argMinIf(event_id, (occurred_at, k), event_type = 'shipment.delivered'),
            scans
        ), 'Tuple(shipment_id String, carrier String, tracking_no String, status String, label_at Nullable(DateTime64(3, \'UTC\')), handed_over_at Nullable(DateTime64(3, \'UTC\')), first_scan_at Nullable(DateTime64(3, \'UTC\')), last_scan_at Nullable(DateTime64(3, \'UTC\')), delivered_at Nullable(DateTime64(3, \'UTC\')), returned_at Nullable(DateTime64(3, \'UTC\')), location String, label_event_id String, delivered_event_id String, scans Array(Tuple(at DateTime64(3, \'UTC\'), event_id String, status String)))') as parcel,
        groupUniqArrayIf((told_as, shipment_id), told_as != shipment_id) as other_names
    from (
        -- A shop calls a parcel after its own fulfilment, a carrier by its tracking number: with one number they are one
        -- parcel, called as whoever told of it first did.
        select *, argMin(told_as, (occurred_at, told_as)) over (partition by order_id, if(number = '', told_as, number)) as shipment_id
        from (
            select order_id, shipment_id as told_as, event_type, event_id, occurred_at, k, status, carrier_code, tracking_no, location,
                argMaxIf(tracking_no, k, tracking_no != '') over (partition by order_id, shipment_id) as number
            from {{ ref('stg_events') }}
            where shipment_id != '' and (startsWith(event_type, 'shipment.') or event_type = 'fulfillment.label_created')
        )
    )
    group by order_id, shipment_id
)
group by order_id
