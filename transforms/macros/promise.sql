{#- One promise of an order as a typed tuple; arguments are SQL. -#}
{%- macro promise(rule_key, attached_to_id, set_at, given_due_at, met_at, void_at, met_event_id, evidence, exposure_amount) -%}
cast(tuple({{ rule_key }}, {{ attached_to_id }}, {{ set_at }}, {{ given_due_at }}, {{ met_at }}, {{ void_at }}, {{ met_event_id }}, {{ evidence }}, {{ exposure_amount }}), 'Tuple(rule_key String, attached_to_id String, set_at Nullable(DateTime64(3, \'UTC\')), given_due_at Nullable(DateTime64(3, \'UTC\')), met_at Nullable(DateTime64(3, \'UTC\')), void_at Nullable(DateTime64(3, \'UTC\')), met_event_id String, evidence Array(String), exposure_amount Int64)')
{%- endmacro -%}
