#!/usr/bin/env bash
# A single-node Apache Kafka (KRaft, broker and controller in one) from Maven Central's jars, for trying
# out and for `npm run test:services`. Listens on loopback only. Needs Java 17 and mvn.
#   kafka.sh start | stop | status | topic <arguments of kafka-topics>
# KAFKA_VERSION, KAFKA_PORT (9092), KAFKA_DIR (data, log and pid), KAFKA_HEAP (512m)
# Listeners besides the plain one, for tests of TLS, logins and proxies; each list as Kafka writes it:
#   KAFKA_LISTENERS_MORE, KAFKA_ADVERTISED_MORE (the same unless given), KAFKA_PROTOCOLS_MORE (NAME:PROTOCOL,…)
# KAFKA_PROPERTIES_MORE: a file with further properties. KAFKA_SCRAM: a user as StorageTool's --add-scram takes it, one a line.
set -euo pipefail

version=${KAFKA_VERSION:-4.1.1}
port=${KAFKA_PORT:-9092}
controller_port=${KAFKA_CONTROLLER_PORT:-$((port + 1))}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jars=${XDG_CACHE_HOME:-$HOME/.cache}/orderlens/kafka-$version
dir=${KAFKA_DIR:-$root/.cache/kafka-$version}
conf=$dir/server.properties
pid_file=$dir/kafka.pid
log=$dir/server.log
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# Kafka's own POM names everything but a logging backend, which is the operator's choice.
logging_dependency() {
  case $version in
    3.*) echo '<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-reload4j</artifactId><version>1.7.36</version></dependency>' ;;
    *) echo '<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.24.3</version></dependency>' ;;
  esac
}

fetch_jars() {
  [ -f "$jars/complete" ] && return
  for tool in mvn "$java"; do
    command -v "$tool" >/dev/null || { echo "kafka: $tool is missing; on Debian: apt-get install maven openjdk-17-jre-headless" >&2; exit 1; }
  done
  mkdir -p "$jars"
  cat > "$jars/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>orderlens</groupId><artifactId>kafka-run</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$version</version></dependency>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>$version</version></dependency>
$(logging_dependency)
</dependencies></project>
XML
  echo "kafka: fetching Apache Kafka $version from Maven Central (once)" >&2
  for attempt in 1 2 3; do
    mvn -q -B --no-transfer-progress -f "$jars/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
      -DincludeScope=runtime -DoutputDirectory="$jars/lib" >&2 && break
    [ "$attempt" = 3 ] && { echo 'kafka: Maven Central did not deliver the jars; check the network and mvn settings' >&2; exit 1; }
  done
  touch "$jars/complete"
}

write_config() {
  mkdir -p "$dir/data"
  cat > "$conf" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller_port
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port${KAFKA_LISTENERS_MORE:+,$KAFKA_LISTENERS_MORE}
advertised.listeners=PLAINTEXT://127.0.0.1:$port${KAFKA_LISTENERS_MORE:+,${KAFKA_ADVERTISED_MORE:-$KAFKA_LISTENERS_MORE}}
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT${KAFKA_PROTOCOLS_MORE:+,$KAFKA_PROTOCOLS_MORE}
log.dirs=$dir/data
num.partitions=3
num.network.threads=2
num.io.threads=4
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=500
auto.create.topics.enable=false
PROPERTIES
  if [ -n "${KAFKA_PROPERTIES_MORE:-}" ]; then cat "$KAFKA_PROPERTIES_MORE" >> "$conf"; fi
  cat > "$dir/log4j2.properties" <<LOG4J2
status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=[%d] %p %m (%c)%n
rootLogger.level=${log_level:-info}
rootLogger.appenderRef.console.ref=console
LOG4J2
  cat > "$dir/log4j.properties" <<LOG4J
log4j.rootLogger=${log_level:-info}, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=[%d] %p %m (%c)%n
LOG4J
}

jvm() {
  exec "$java" -Xms64m -Xmx"${KAFKA_HEAP:-512m}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true \
    -Dlog4j2.configurationFile="file:$dir/log4j2.properties" -Dlog4j.configuration="file:$dir/log4j.properties" \
    -cp "$jars/lib/*" "$@"
}

is_alive() { kill -0 "$1" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }
is_running() { [ -f "$pid_file" ] && is_alive "$(cat "$pid_file")"; }
is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

start() {
  if is_running; then echo "kafka $version on 127.0.0.1:$port pid $(cat "$pid_file") (already running)"; return; fi
  is_listening && { echo "kafka: port $port is taken by another process; set KAFKA_PORT" >&2; exit 1; }
  fetch_jars
  write_config
  if [ ! -f "$dir/data/meta.properties" ]; then
    # Sixteen bytes in base64url; a leading dash would be read as an option.
    id=o$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=' | cut -c2-)
    scram=()
    while IFS= read -r user; do [ -z "$user" ] || scram+=(--add-scram "$user"); done <<< "${KAFKA_SCRAM:-}"
    (jvm kafka.tools.StorageTool format -t "$id" -c "$conf" "${scram[@]}") > "$dir/format.log" 2>&1 || { cat "$dir/format.log" >&2; exit 1; }
  fi
  (trap '' HUP INT; jvm kafka.Kafka "$conf" >"$log" 2>&1 </dev/null) &
  echo $! > "$pid_file"
  for _ in $(seq 1 240); do
    if grep -q 'Kafka Server started' "$log" 2>/dev/null && is_listening; then
      echo "kafka $version on 127.0.0.1:$port pid $(cat "$pid_file")"
      return
    fi
    is_running || { tail -40 "$log" >&2; rm -f "$pid_file"; exit 1; }
    sleep 0.25
  done
  tail -40 "$log" >&2
  echo 'kafka: not ready after 60 s' >&2
  exit 1
}

stop() {
  is_running || { rm -f "$pid_file"; echo 'kafka: not running'; return; }
  pid=$(cat "$pid_file")
  kill "$pid"
  for _ in $(seq 1 120); do
    is_alive "$pid" || { rm -f "$pid_file"; echo "kafka: stopped pid $pid"; return; }
    sleep 0.25
  done
  echo "kafka: pid $pid did not stop in 30 s; its log is $log" >&2
  exit 1
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  status) if is_running && is_listening; then echo "kafka $version on 127.0.0.1:$port pid $(cat "$pid_file")"; else echo 'kafka: down'; exit 1; fi ;;
  topic) shift; log_level=error; write_config; jvm org.apache.kafka.tools.TopicCommand --bootstrap-server "127.0.0.1:$port" "$@" ;;
  fetch) fetch_jars ;;
  *) echo 'usage: kafka.sh start | stop | status | fetch | topic <arguments of kafka-topics>' >&2; exit 2 ;;
esac
