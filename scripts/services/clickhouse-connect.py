"""What a program written against ClickHouse finds at the read-only endpoint; prints it as one JSON object."""
import datetime
import decimal
import json
import sys

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError

host, port, user, password = sys.argv[1:]


def connect(**over):
    given = {"host": host, "port": int(port), "username": user, "password": password, **over}
    return clickhouse_connect.get_client(**given)


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return f"decimal {value}"
    return value


def refusal(ask):
    try:
        return {"answered": plain(str(ask()))[:200]}
    except ClickHouseError as error:
        return {"refused": str(error)[:400]}


client = connect()
typed = client.query("select * from typed order by id")
streamed = []
with client.query_rows_stream("select number, toString(number) from numbers(200000)") as rows:
    for row in rows:
        streamed.append(row[0])
params = {"ids": [1, 2], "note": "it's {x:String}; drop table typed", "at": datetime.datetime(2026, 1, 1)}
asked = client.query(
    "select count() as n, {note:String} as note from typed where id in {ids:Array(UInt64)} and at >= {at:DateTime}",
    parameters=params,
)
refused = {
    statement: refusal(lambda statement=statement: client.query(statement).result_rows)
    for statement in json.load(sys.stdin)
}
refused["wrong password"] = refusal(lambda: connect(password="guess").query("select 1").result_rows)
refused["other database"] = refusal(lambda: connect(database="orderlens").query("select 1").result_rows)
refused["insert"] = refusal(lambda: client.insert("typed", [[9]], column_names=["id"]))
refused["create"] = refusal(lambda: client.command("create table mine (x UInt8) engine = Memory"))
refused["too long"] = refusal(
    lambda: client.query(
        "select count() from numbers(90000000) where cityHash64(repeat(toString(number), 60)) = 1", settings={"max_execution_time": 1}
    ).result_rows
)
print(
    json.dumps(
        {
            "version": clickhouse_connect.__version__,
            "types": [str(one.name) for one in typed.column_types],
            "rows": [[plain(value) for value in row] for row in typed.result_rows],
            "streamed": [len(streamed), streamed[0], streamed[-1]],
            "asked": asked.result_rows,
            "tables": client.query("select database, name from system.tables order by name").result_rows,
            "columns": client.query(
                "select name from system.columns where table = 'typed' order by position"
            ).result_rows,
            "databases": client.query("show tables").result_rows,
            "refused": refused,
        }
    )
)
