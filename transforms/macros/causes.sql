{#-
    What may be behind an anomaly, as facts of its order: pairs of a kind of cause and a value. Where the anomaly is about one
    parcel or one payment, that one counts; otherwise all of the order. Which kinds are looked at is for `incident_causes` to say.
-#}
{% macro causes_of(attached_to_id, region, channel, shop_id) -%}
{%- set parcels = "if(arrayExists(p -> p.shipment_id = splitByChar('@', " ~ attached_to_id ~ ")[1], parcels), arrayFilter(p -> p.shipment_id = splitByChar('@', " ~ attached_to_id ~ ")[1], parcels), parcels)" -%}
{%- set payments = "if(arrayExists(p -> p.payment_id = " ~ attached_to_id ~ ", payments), arrayFilter(p -> p.payment_id = " ~ attached_to_id ~ ", payments), payments)" -%}
cast(arraySort(arrayDistinct(arrayFilter(c -> c.2 != '', arrayConcat(
    arrayMap(p -> ('carrier_lane', if(p.carrier = '' or {{ region }} = '', '', concat(p.carrier, ' → ', {{ region }}))), {{ parcels }}),
    arrayMap(p -> ('carrier', p.carrier), {{ parcels }}),
    arrayMap(w -> ('warehouse', w), warehouses),
    arrayMap(p -> ('gateway', {{ gateway_of('p.') }}), {{ payments }}),
    arrayMap(l -> ('sku', l.sku), lines),
    arrayMap(l -> ('seller', l.seller_id), lines),
    arrayMap(c -> ('coupon', c.coupon_id), coupons),
    [('region', toString({{ region }})), ('channel', toString({{ channel }})), ('shop', toString({{ shop_id }}))]
)))), 'Array(Tuple(kind LowCardinality(String), value String))')
{%- endmacro %}

{#- Minus the logarithm of the greatest chance (Chernoff's bound on the Poisson tail) of `observed` where `usual` is usual. -#}
{% macro surprise(observed, usual) -%}
if({{ observed }} > {{ usual }}, {{ observed }} * log({{ observed }} / {{ usual }}) - ({{ observed }} - {{ usual }}), 0)
{%- endmacro %}
