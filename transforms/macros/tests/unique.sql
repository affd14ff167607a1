{% test unique(model, column_name) %}
select {{ column_name }} as duplicated, count() as times
from {{ model }}
where {{ column_name }} is not null
group by duplicated
having times > 1
{% endtest %}
