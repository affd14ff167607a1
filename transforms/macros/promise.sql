{# `met` is the instant and the event that met it, null and '' while there is none. #}
{% macro promise_met(rule_key, attached_to_id, set_at, given_due_at, met, void_at, evidence, exposure_amount, given_escalate_at='null', occurrence='0') -%}
cast(tuple({{ rule_key }}, {{ attached_to_id }}, {{ set_at }}, {{ given_due_at }}, {{ given_escalate_at }}, {{ met }}, {{ void_at }}, {{ evidence }}, {{ exposure_amount }}, {{ occurrence }}), 'Tuple(rule_key String, attached_to_id String, set_at Nullable(DateTime64(3, \'UTC\')), given_due_at Nullable(DateTime64(3, \'UTC\')), given_escalate_at Nullable(DateTime64(3, \'UTC\')), met Tuple(at Nullable(DateTime64(3, \'UTC\')), event_id String), void_at Nullable(DateTime64(3, \'UTC\')), evidence Array(String), exposure_amount Int64, occurrence Int64)')
{%- endmacro %}
{% macro promise(rule_key, attached_to_id, set_at, given_due_at, met_at, void_at, met_event_id, evidence, exposure_amount) -%}
{{ promise_met(rule_key, attached_to_id, set_at, given_due_at, 'tuple(' ~ met_at ~ ', ' ~ met_event_id ~ ')', void_at, evidence, exposure_amount) }}
{%- endmacro %}
