{{ config(materialized='incremental', engine='ReplacingMergeTree(version, is_void)', order_by='(order_id, anomaly_type, anomaly_id)', settings={'index_granularity': 1024}) }}
-- What the order's events say of an anomaly joined with what was said and done about it. Whichever ended it first ended it;
-- a reopening takes back every end before it. Joined here, order by order, because a join in every question costs seconds.
with handled as (
    select
        a.order_id as order_id, a.anomaly_id as anomaly_id,
        a.* except (order_id, anomaly_id, status, resolved_at, resolver, version, is_void),
        a.resolver as clearing_resolver,
        h.acknowledged_at as acknowledged_at, h.first_action_at as first_action_at, h.notified_at as notified_at,
        h.owners as owners, h.teams as teams, h.touches as touches, h.agent_actions as agent_actions, h.reopened_ats as reopened_ats, h.pauses as pauses,
        h.closed_at as closed_at, h.closed_how as closed_how, h.closed_auth_type as closed_auth_type, h.dismissed_because as dismissed_because,
        coalesce(least(a.resolved_at, h.first_closed_at), a.resolved_at, h.first_closed_at) as first_resolved_at,
        if(ifNull(a.resolved_at <= h.last_reopened_at, 0), null, a.resolved_at) as cleared_at,
        o.order_created_at as order_created_at,
        {{ causes_of('a.attached_to_id', 'a.region', 'a.channel', 'a.shop_id') }} as causes
    from (
        select * from {{ ref('anomalies') }} final
        {% if is_incremental() %}
        where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
        {% endif %}
    ) as a
    left join (
        select * from {{ ref('anomaly_handling') }} final
        {% if is_incremental() %}
        where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
        {% endif %}
    ) as h on h.order_id = a.order_id and h.anomaly_id = a.anomaly_id
    left join (
        select order_id, created_at as order_created_at, warehouses, parcels, payments, lines, coupons from {{ ref('order_state') }} final
        {% if is_incremental() %}
        where order_id in (select order_id from {{ source('orderlens', 'tick_orders') }})
        {% endif %}
    ) as o on o.order_id = a.order_id
)

select
    * except (clearing_resolver, closed_at, closed_how, closed_auth_type, cleared_at),
    coalesce(least(cleared_at, closed_at), cleared_at, closed_at) as resolved_at,
    closed_at is not null and ifNull(closed_at < cleared_at, 1) as is_closed_by_word,
    multiIf(resolved_at is null, 'open', is_closed_by_word and closed_how = 'dismissed', 'dismissed', 'resolved') as status,
    multiIf(
        resolved_at is null, '',
        not is_closed_by_word, clearing_resolver,
        -- Set aside for another reason, detection was right; somebody decided that nothing more is done.
        closed_how = 'dismissed' and dismissed_because in ('', 'false_positive'), 'false_positive',
        closed_auth_type = 'service_account', 'automation',
        'agent'
    ) as resolver,
    toUInt64({{ var('version') }}) as version,
    toUInt8(0) as is_void
from handled
