{{ config(materialized='ephemeral') }}
-- Promises as anomalies: from the moment one is at risk until a fact met it or ended its meaning. A promise whose fact is
-- told by a source that has fallen quiet is judged as of when that source was last heard (`source_holds`), so nothing is
-- found because a feed died; what was found before stays as it was. A warning ends when what it warned of is found broken.
with holds as (
    select need.rule as held_rule, need.shop as held_shop, groupArray((h.source, need.tellers, h.held_until)) as waits
    from {{ source('orderlens', 'source_holds') }} as h final
    array join h.needs as need
    where h.state in ('quiet', 'silent', 'catching_up')
    group by held_rule, held_shop
),

{% if is_incremental() %}
found_before as (
    select order_id as found_order, anomaly_type as found_rule, attached_to_id as found_thing, max(greatest(a.at_risk_at, ifNull(a.opened_at, a.at_risk_at), ifNull(a.escalated_at, a.at_risk_at))) as found_as_of
    from {{ source('orderlens', 'anomalies') }} as a final
    where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
        and (select count() from {{ source('orderlens', 'source_holds') }} final where state in ('quiet', 'silent', 'catching_up')) > 0
    group by found_order, found_rule, found_thing
),
{% endif %}

clocked as (
    select
        e.*,
        -- The slowest of the sources the promise waits for: tellers that spoke of the order, or any while none has.
        arrayMin(w -> w.3, arrayConcat(arrayFilter(w -> has(e.sources, w.1), told.waits), arrayFilter(w -> not hasAny(e.sources, w.2), untold.waits))) as held_until,
        {% if is_incremental() %}
        greatest(held_until, f.found_as_of) as judged_until,
        {% else %}
        held_until as judged_until,
        {% endif %}
        multiIf(
            e.historic = 1, c.last_event_at,
            held_until = toDateTime64(0, 3, 'UTC'), toDateTime64({{ var('now') }}, 3, 'UTC'),
            least(judged_until, toDateTime64({{ var('now') }}, 3, 'UTC'))
        ) as clock_at,
        coalesce(least(met_at, void_at), met_at, void_at) as ended_at
    from {{ ref('expectations') }} as e final
    left join (select source, max(last_event_at) as last_event_at from {{ source('orderlens', 'source_clock') }} where historic = 1 group by source) as c on c.source = e.sources[1]
    left join (select held_rule, waits from holds where held_shop = '') as told on told.held_rule = e.rule_id
    left join (select held_rule, held_shop, waits from holds where held_shop != '') as untold on untold.held_rule = e.rule_id and untold.held_shop = e.shop_source
    {% if is_incremental() %}
    left join found_before as f on f.found_order = e.order_id and f.found_rule = e.rule_id and f.found_thing = e.attached_to_id
    where e.order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
    {% endif %}
),

judged as (
    select
        *,
        clock_at >= due_at and (ended_at is null or ended_at > due_at) as is_broken,
        groupArrayIf((rule_id, attached_to_id, due_at), is_broken and rule_id in {{ var('warned_of') }}) over (partition by order_id) as worse
    from clocked
    where clock_at >= at_risk_at and (ended_at is null or ended_at > at_risk_at)
),

passed_on as (
    select
        *,
        arrayFirst(w -> w.1 = transform(rule_id, {{ var('warnings') }}, {{ var('warned_of') }}, '') and w.2 in (attached_to_id, order_id), worse) as heir,
        heir.1 != '' and ifNull(ended_at > heir.3, 1) as is_passed_on,
        if(is_passed_on, heir.3, ended_at) as over_at
    from judged
)

select
    rule_id as anomaly_type, order_id, attached_to_id, occurrence, set_at as anchor_at,
    multiIf(clock_at >= escalate_at and (over_at is null or over_at >= escalate_at + toIntervalMillisecond(is_passed_on)), 'escalated', clock_at >= due_at and (over_at is null or over_at > due_at), 'breached', 'at_risk') as level,
    at_risk_at, due_at,
    if(level = 'at_risk', null, due_at) as opened_at,
    if(level = 'escalated', escalate_at, null) as escalated_at,
    over_at as resolved_at,
    multiIf(is_passed_on, '', ended_at = met_at, met_event_id, canceled_event_id) as resolved_by_event_id,
    multiIf(is_passed_on, '', ended_at = met_at, met_causation_id, canceled_causation_id) as resolving_causation_id,
    multiIf(is_passed_on, '', ended_at = met_at, met_auth_type, canceled_auth_type) as resolving_auth_type,
    multiIf(is_passed_on, 'passed_on', ended_at is null or ended_at = met_at, '', 'order_ended') as status_reason,
    evidence, threshold_snapshot, rule_version, exposure_amount,
    order_no, channel, region, carrier, payment_method, shop_id, buyer_id, currency, historic
from passed_on
where over_at is null or over_at > at_risk_at
