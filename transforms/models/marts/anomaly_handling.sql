{{ config(materialized='incremental', engine='ReplacingMergeTree(version)', order_by='(order_id, anomaly_id)', settings={'index_granularity': 1024}, meta={'only_for': "anomaly_id != ''"}) }}
{%- set closings = "('anomaly.resolved', 'anomaly.dismissed')" -%}
{%- set someday = "toDateTime64('2200-01-01 00:00:00', 3, 'UTC')" -%}
-- What people and automation did about an anomaly, out of the events that say so: a merge, so that order, repetition and
-- batching of the events change nothing.
with deeds as (
    select distinct
        order_id, anomaly_id, event_type, occurred_at, source, event_id, auth_type, auth_id, target, team, due_at, action_id, reason_code,
        auth_type = 'user' as is_person,
        event_type in ('action.approved', 'action.executed') as is_action
    from {{ ref('stg_events') }}
    where anomaly_id != '' and (startsWith(event_type, 'action.') or event_type in ('anomaly.acknowledged', 'anomaly.assigned', 'anomaly.snoozed', 'anomaly.reopened', 'anomaly.resolved', 'anomaly.dismissed', 'notification.sent'))
),

gathered as (
    select
        order_id, anomaly_id,
        minOrNullIf(occurred_at, is_person and (event_type = 'anomaly.acknowledged' or is_action)) as acknowledged_at,
        minOrNullIf(occurred_at, is_action) as first_action_at,
        minOrNullIf(occurred_at, event_type = 'notification.sent') as notified_at,
        arraySort(groupUniqArrayIf(if(event_type = 'anomaly.assigned' and target != '', target, auth_id), event_type in ('anomaly.acknowledged', 'anomaly.assigned') and is_person)) as owners,
        arraySort(groupUniqArrayIf(team, team != '' and event_type in ('anomaly.acknowledged', 'anomaly.assigned'))) as teams,
        uniqExactIf(action_id, is_person and is_action) as agent_actions,
        -- An action that is approved and then executed is one touch.
        uniqExactIf(if(action_id = '', event_id, action_id), is_person and event_type != 'notification.sent') as touches,
        arraySort(groupUniqArrayIf(occurred_at, event_type = 'anomaly.reopened')) as reopened_ats,
        arraySort(groupArrayIf((occurred_at, event_id, event_type, auth_type, reason_code), event_type in {{ closings }})) as closings,
        arraySort(groupArrayIf((occurred_at, due_at), event_type = 'anomaly.snoozed')) as told_snoozes,
        arrayFilter((s, n) -> n = 1 or s.1 != told_snoozes[n - 1].1, told_snoozes, arrayEnumerate(told_snoozes)) as snoozes,
        groupUniqArrayIf(occurred_at, is_person or event_type = 'anomaly.snoozed') as deed_ats
    from deeds
    group by order_id, anomaly_id
)

select
    order_id, anomaly_id, acknowledged_at, first_action_at, notified_at,
    arrayFilter(owner -> owner != '', owners) as owners,
    teams,
    toUInt32(touches) as touches,
    toUInt32(agent_actions) as agent_actions,
    reopened_ats,
    if(empty(reopened_ats), null, reopened_ats[-1]) as last_reopened_at,
    if(empty(closings), null, closings[1].1) as first_closed_at,
    -- The word that stands: the first one after the last reopening.
    arrayFirst(c -> ifNull(c.1 > last_reopened_at, 1), closings) as closing,
    if(closing.2 = '', null, closing.1) as closed_at,
    if(closing.2 = '', '', substring(closing.3, length('anomaly.') + 1)) as closed_how,
    closing.2 as closed_event_id,
    closing.4 as closed_auth_type,
    if(closed_how = 'dismissed', toString(closing.5), '') as dismissed_because,
    -- A snooze ends when it is due, or when a person takes the anomaly up again before.
    arrayMap(s -> (s.1, least(ifNull(s.2, {{ someday }}), arrayMin(arrayPushBack(arrayFilter(t -> t > s.1, deed_ats), {{ someday }})))), snoozes) as pauses,
    toUInt64({{ var('version') }}) as version
from gathered
