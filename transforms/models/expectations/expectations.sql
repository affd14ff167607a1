{{ config(materialized='incremental', engine='ReplacingMergeTree(version, is_void)', order_by='(order_id, kind, attached_to_id)', settings={'index_granularity': 1024}) }}
{% set settings = ['kind', 'allowance_s', 'at_risk_share', 'escalate_factor', 'version', 'snapshot'] %}
{% set snapshot = "toJSONString(map('rule', rule, 'allowance_s', toString(allowance_s), 'given', 'rule', 'at_risk_share', toString(at_risk_share), 'source', threshold_source))" %}
-- Every promise of every order: what was promised, by which rule, and the fact that met or ended it.
with promises as (
    select
        p.* except (rule_key, channel), rule_key, channel,
        {% for name in settings %}
        if(own_rule = '', base_{{ name }}, own_{{ name }}) as rule_{{ name }},
        {% endfor %}
        toUnixTimestamp64Milli(assumeNotNull(set_at)) as set_ms,
        if(given_due_at is null, toInt64(set_ms + rule_allowance_s * 1000), toUnixTimestamp64Milli(assumeNotNull(given_due_at))) as due_ms,
        -- A promise that had already passed when it was made still gives an hour before it escalates.
        greatest(due_ms - set_ms, 3600000) as span_ms
    from {{ ref('exp_promises') }} as p
    inner join (select rule as rule_key{% for name in settings %}, {{ snapshot if name == 'snapshot' else name }} as base_{{ name }}{% endfor %} from {{ ref('rules') }} where channel = '*') as base using (rule_key)
    left join (select rule as rule_key, rule as own_rule, channel{% for name in settings %}, {{ snapshot if name == 'snapshot' else name }} as own_{{ name }}{% endfor %} from {{ ref('rules') }}) as own using (rule_key, channel)
)

select
    order_id, rule_kind as kind, attached_to_id,
    -- A rule may have an allowance of its own for a way to pay.
    replaceRegexpOne(rule_key, '_(wallet|bank)$', '') as rule_id,
    toUInt32(rule_version) as rule_version,
    assumeNotNull(set_at) as set_at,
    fromUnixTimestamp64Milli(toInt64(if(due_ms > set_ms, set_ms + rule_at_risk_share * (due_ms - set_ms), due_ms)), 'UTC') as at_risk_at,
    fromUnixTimestamp64Milli(toInt64(due_ms), 'UTC') as due_at,
    coalesce(given_escalate_at, fromUnixTimestamp64Milli(toInt64(due_ms + (rule_escalate_factor - 1) * span_ms), 'UTC')) as escalate_at,
    met_at, void_at, met_event_id, evidence,
    '24x7' as calendar,
    if(given_due_at is null, rule_snapshot, replaceOne(rule_snapshot, '"given":"rule"', '"given":"order"')) as threshold_snapshot,
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
from promises
where set_at is not null
