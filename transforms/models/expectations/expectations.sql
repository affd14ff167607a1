{{ config(materialized='incremental', engine='ReplacingMergeTree(version, is_void)', order_by='(order_id, kind, attached_to_id, occurrence)', settings={'index_granularity': 1024}) }}
-- Every promise of every order: what was promised, by which rule, and the fact that met or ended it. The threshold is the
-- one in effect when the promise began; its allowance passes by the clock on the wall or in the hours of a calendar.
with promises as (
    select
        *,
        toUnixTimestamp64Milli(assumeNotNull(set_at)) as set_ms,
        {{ threshold_at('choices', 'set_ms') }} as threshold,
        -- Named once: a subquery is planned each time it is named.
        cast(
            (select (any(first_day), any(days), any(per_day), any(slots), any(marks)) from {{ ref('rule_clock') }}),
            'Tuple(first_day Int64, days Int64, per_day Int64, slots Array(Tuple(opens Int64, closes Int64, worked Int64)), marks Array(Int64))'
        ) as clock
    from {{ ref('exp_promises') }} as p
    inner join {{ ref('thresholds') }} as t using (rule_key)
    where set_at is not null
),

-- In steps, because a name used twice within one select is planned twice.
spans as (
    select
        *,
        threshold.allowance_s * 1000 as allowance_ms,
        given_due_at is null and threshold.calendar_no > 0 as is_in_shifts,
        toUnixTimestamp64Milli(assumeNotNull(given_due_at)) as given_ms,
        -- A rule may ask for it so long before the date the order names, yet not before there was a promise.
        if(given_due_at is null, set_ms + allowance_ms, least(given_ms, greatest(set_ms, given_ms - toInt64(threshold.window_s) * 1000))) as wall_due_ms,
        -- A promise that had already passed when it was made still gives an hour before it escalates.
        if(is_in_shifts, allowance_ms, wall_due_ms - set_ms) as span_ms,
        if(is_in_shifts, {{ business_ms_until('threshold.calendar_no', 'set_ms') }}, 0) as worked_ms
    from promises
),

amounts as (
    select
        *,
        toInt64(round(threshold.at_risk_share * greatest(span_ms, 0))) as calm_ms,
        toInt64(round((threshold.escalate_factor - 1) * greatest(span_ms, 3600000))) as grace_ms,
        [calm_ms, span_ms, span_ms + grace_ms] as levels_after_ms
    from spans
),

timed as (
    select
        *,
        if(
            is_in_shifts,
            {{ after_business_ms('threshold.calendar_no', 'set_ms', 'worked_ms', 'levels_after_ms') }},
            [if(span_ms > 0, set_ms + calm_ms, wall_due_ms), wall_due_ms, wall_due_ms + grace_ms]
        ) as levels_ms
    from amounts
)

select
    order_id, rule_kind as kind, attached_to_id, occurrence,
    -- A rule may have an allowance of its own for a way to pay, or for a stage of the work.
    replaceRegexpOne(rule_key, '_(wallet|bank|begun|packed)$', '') as rule_id,
    threshold.version as rule_version,
    assumeNotNull(set_at) as set_at,
    fromUnixTimestamp64Milli(levels_ms[1], 'UTC') as at_risk_at,
    fromUnixTimestamp64Milli(levels_ms[2], 'UTC') as due_at,
    coalesce(given_escalate_at, fromUnixTimestamp64Milli(levels_ms[3], 'UTC')) as escalate_at,
    met_at, void_at, met_event_id, evidence,
    if(given_due_at is null, threshold.calendar, '24x7') as calendar,
    toJSONString(map(
        'rule', rule_key, 'row', threshold.rule_row, 'holds_for', threshold.holds_for, 'allowance_s', toString(threshold.allowance_s), 'calendar', calendar,
        'given', if(given_due_at is null, 'rule', 'order'), 'at_risk_share', toString(threshold.at_risk_share), 'source', threshold.source
    )) as threshold_snapshot,
    toInt64(exposure_amount) as exposure_amount,
    order_no, channel, region, carrier, payment_method, shop_id, buyer_id, currency, historic, sources, shop_source,
    canceled_event_id, canceled_causation_id, canceled_auth_type,
    -- The provider's word about a refund names no cause; what asked for the refund does.
    arrayFirst(r -> r.refund_id = attached_to_id and r.causation_id != '', refunds) as refund,
    arrayFirst(h -> h.event_id = met_event_id and met_event_id != '', history) as met_by,
    if(refund.refund_id = '', met_by.causation_id, refund.causation_id) as met_causation_id,
    if(refund.refund_id = '', met_by.auth_type, refund.auth_type) as met_auth_type,
    toUInt64({{ var('version') }}) as version,
    toUInt8(0) as is_void
from timed
