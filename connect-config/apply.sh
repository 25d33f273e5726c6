#!/bin/sh
# Puts stream53's index templates into a cluster of Elasticsearch or OpenSearch. May be run again
# at any time: a template is replaced by the same template; existing indices stay as they are.
#
#   connect-config/apply.sh https://search.example:9200
#
# Credentials come from the environment, where other users of the machine cannot see them:
# ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD, or ELASTICSEARCH_API_KEY (the encoded form).
# A certificate authority of your own: CURL_CA_BUNDLE=/path/to/ca.pem.
set -eu

fail() {
  echo "apply.sh: $1" >&2
  exit 1
}

[ $# -eq 1 ] || fail "name the cluster's URL, as in: apply.sh http://127.0.0.1:9200"
case $1 in
  -h | --help)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
  http://* | https://*) url=${1%/} ;;
  *) fail "the URL must begin with http:// or https://, but is $1" ;;
esac
[ -z "${ELASTICSEARCH_USERNAME:-}" ] || [ -n "${ELASTICSEARCH_PASSWORD:-}" ] ||
  fail "set ELASTICSEARCH_PASSWORD, the password of $ELASTICSEARCH_USERNAME, too"
command -v curl >/dev/null || fail "curl is needed; install it"

# curl reads these from its standard input, so that they are on no command line.
quoted() {
  printf '%s' "$1" | sed 's/[\\"]/\\&/g'
}
credentials() {
  if [ -n "${ELASTICSEARCH_API_KEY:-}" ]; then
    printf 'header = "Authorization: ApiKey %s"\n' "$(quoted "$ELASTICSEARCH_API_KEY")"
  elif [ -n "${ELASTICSEARCH_USERNAME:-}" ]; then
    printf 'user = "%s:%s"\n' "$(quoted "$ELASTICSEARCH_USERNAME")" \
      "$(quoted "$ELASTICSEARCH_PASSWORD")"
  fi
}

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
for file in "$(dirname "$0")"/index-templates/*.json; do
  name=$(basename "$file" .json)
  status=$(credentials | curl --silent --show-error --config - --max-time 60 \
    --request PUT --header 'Content-Type: application/json' --data-binary "@$file" \
    --output "$answer" --write-out '%{http_code}' "$url/_index_template/$name") ||
    fail "$url did not answer; check the URL and that the cluster runs"
  case $status in
    200) echo "index template $name: applied" ;;
    401) fail "the cluster refuses the credentials (401); set ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD, or ELASTICSEARCH_API_KEY" ;;
    403) fail "the user may not change index templates (403); give it the cluster privilege manage_index_templates" ;;
    *) fail "the cluster did not take the template $name ($status): $(head -c 500 "$answer")" ;;
  esac
done
