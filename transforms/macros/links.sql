{# What was ordered, by whom, to where and for how much, of one shop: the same for two orders of which one is too many. It stands where the columns of an event or of an order are. #}
{% macro cart_of(source) -%}
lower(hex(sipHash128({{ source }}, buyer_id, region, ifNull(amount_payable, arraySum(l -> l.amount + l.freight, lines)), arraySort(arrayMap(l -> (l.sku, l.quantity, l.amount), lines)))))
{%- endmacro %}
{# Since when the shop will send the order: it is paid or authorised, or to be paid at the door. #}
{% macro committed_at() -%}
if(
    arrayExists(p -> p.method = 'cod', payments),
    created_at,
    arrayMin(arrayFilter(t -> t is not null, [paid_at, {{ when("arrayFirst(h -> h.type = 'payment.authorized', history)") }}]))
)
{%- endmacro %}
{# What is wrong because of the orders before it that have the same thing, as long as so many of them stand. #}
{% macro finding_with_others(rule, attached_to_id, found_at, standing, least_standing, clears, evidence, exposure_amount) -%}
{%- set ends = "arraySort(e -> e.at, arrayFilter(e -> e.event_id != '', arrayMap(l -> l.over, " ~ standing ~ ")))" -%}
{{ finding_until(rule, attached_to_id, found_at, "arraySort(e -> (e.event_id = '', e.at), [arrayFirst(h -> h.at >= " ~ found_at ~ " and (" ~ clears ~ "), history), " ~ ends ~ "[length(" ~ standing ~ ") - " ~ least_standing ~ " + 1]])[1]", evidence, exposure_amount) }}
{%- endmacro %}
