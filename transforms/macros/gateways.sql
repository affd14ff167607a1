{# Where a payment is tried: its provider, or its method where no provider is told. It stands where the columns of the payment, or of an event about it, are. #}
{% macro gateway_of(payment='') -%}
if({{ payment }}provider = '', {{ payment }}method, {{ payment }}provider)
{%- endmacro %}
{# Of the rules (name of the gateway or `*`, from, until and what they say) the one that holds at an instant. The most specific is first, the latest of those. #}
{% macro gateway_rule_at(gateway, at) -%}
arrayFirst(r -> r.1 in ('*', {{ gateway }}) and {{ at }} >= r.2 and {{ at }} < r.3, rules)
{%- endmacro %}
{# The rules for it, of `gateway_rules`. #}
{% macro gateway_rules_in_order(columns) -%}
arraySort(
    r -> (r.1 = '*', -toUnixTimestamp(r.2)),
    groupArray((gateway, toDateTime64(toDate(valid_from), 3, 'UTC'), toDateTime64(toDate(if(valid_until = '', '2149-06-06', valid_until)), 3, 'UTC'), {{ columns }}))
)
{%- endmacro %}
