{# What is kept of each event in `history`, to be written inside quotes. #}
{% macro event_tuple() -%}
Tuple(at DateTime64(3, \'UTC\'), event_id String, type String, thing String, part String, word String, reason String, amount Int64, due_at Nullable(DateTime64(3, \'UTC\')), causation_id String, auth_type String)
{%- endmacro %}
{# Of each thing the first event for which a condition holds. Inside the condition the event is `h`, outside it is `one`. #}
{% macro first_where(condition) -%}
arrayFilter((one, place) -> arrayFirstIndex(h -> h.thing = one.thing and ({{ condition }}), history) = place, history, arrayEnumerate(history))
{%- endmacro %}
{# The first event of these types about each thing. #}
{% macro first_of_each(types) -%}
{{ first_where('h.type in (' ~ types ~ ')') }}
{%- endmacro %}
{# When an event happened; null for the event that was not found. #}
{% macro when(event) -%}
if({{ event }}.event_id = '', null, {{ event }}.at)
{%- endmacro %}
{# A promise that the first event of the order for which `met` holds has kept. Inside `met` the event is `h`. #}
{% macro promise_until(rule_key, attached_to_id, set_at, met, evidence, exposure_amount, void_at='ended_at', given_due_at='null', given_escalate_at='null') -%}
{{ promise_met(rule_key, attached_to_id, set_at, given_due_at, signs_where(met) ~ '[1]', void_at, evidence, exposure_amount, given_escalate_at) }}
{%- endmacro %}
{# Instants and ids of the events for which a condition holds. Inside the condition the event is `h`. #}
{% macro signs_where(condition) -%}
arrayMap(h -> (toNullable(h.at), h.event_id), arrayFilter(h -> {{ condition }}, history))
{%- endmacro %}
{# The first of these instants and ids after another instant. #}
{% macro next_sign(after, signs) -%}
arrayFirst(later -> ifNull(later.1 > {{ after }}, 0), arraySort({{ signs }}))
{%- endmacro %}
{# What is wrong from an instant on until the first event from then on for which `clears` holds. Inside `clears` the event is `h`. #}
{% macro finding(rule, attached_to_id, found_at, clears, evidence, exposure_amount, given_due_at='null', given_escalate_at='null', occurrence='0') -%}
{{ finding_until(rule, attached_to_id, found_at, 'arrayFirst(h -> h.at >= ' ~ found_at ~ ' and (' ~ clears ~ '), history)', evidence, exposure_amount, given_due_at, given_escalate_at, occurrence) }}
{%- endmacro %}
{# The same until an event that is given. #}
{% macro finding_until(rule, attached_to_id, found_at, cleared, evidence, exposure_amount, given_due_at='null', given_escalate_at='null', occurrence='0') -%}
cast(tuple({{ rule }}, {{ attached_to_id }}, {{ found_at }}, {{ given_due_at }}, {{ given_escalate_at }}, {{ cleared }}, {{ evidence }}, {{ exposure_amount }}, {{ occurrence }}), 'Tuple(rule String, attached_to_id String, found_at DateTime64(3, \'UTC\'), given_due_at Nullable(DateTime64(3, \'UTC\')), given_escalate_at Nullable(DateTime64(3, \'UTC\')), cleared {{ event_tuple() }}, evidence Array(String), exposure_amount Int64, occurrence Int64)')
{%- endmacro %}
{# The order was canceled or closed. #}
{% macro order_ends() -%}
h.type in ('order.canceled', 'order.closed')
{%- endmacro %}
{# The history with each parcel called by one name: `names` are pairs of another name and that one. #}
{% macro with_one_name(history, names) -%}
arrayMap(h -> cast(tuple(h.at, h.event_id, h.type, if(startsWith(h.type, 'shipment.'), {{ one_name('h.thing', names) }}, h.thing), if(match(h.type, '^(fulfillment|return)[.]'), {{ one_name('h.part', names) }}, h.part), h.word, h.reason, h.amount, h.due_at, h.causation_id, h.auth_type), '{{ event_tuple() }}'), {{ history }})
{%- endmacro %}
{% macro one_name(name, names) -%}
if(has({{ names }}.1, {{ name }}), arrayFirst(r -> r.1 = {{ name }}, {{ names }}).2, {{ name }})
{%- endmacro %}
