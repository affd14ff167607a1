{{ config(materialized='view') }}
-- Members of incidents as their anomalies are now.
select
    m.incident_id as incident_id, m.cause_kind as cause_kind, m.cause as cause,
    m.starts_at as starts_at, m.stops_at as stops_at, m.quiet_at as quiet_at, m.expected as expected, m.score as score,
    a.order_id as order_id, a.order_no as order_no, a.anomaly_id as anomaly_id, a.anomaly_type as anomaly_type, a.category as category,
    a.severity as severity, a.level as level, a.status as status, a.channel as channel, a.region as region, a.shop_id as shop_id,
    a.carrier as carrier, a.payment_method as payment_method, a.attached_to_type as attached_to_type, a.attached_to_id as attached_to_id,
    a.returns as returns, a.at_risk_at as at_risk_at, assumeNotNull(a.opened_at) as opened_at, a.due_at as due_at, a.escalated_at as escalated_at, a.resolved_at as resolved_at,
    a.resolver as resolver, a.exposure_amount as exposure_amount, a.currency as currency, a.historic as historic
from {{ ref('incident_members') }} as m final
inner join (
    select * from {{ ref('anomaly_state') }} final
    where order_id in (select order_id from {{ ref('incident_members') }})
) as a on a.order_id = m.order_id and a.anomaly_id = m.anomaly_id
where a.opened_at is not null
