#!/bin/sh
# Makes what the tests of the Helm chart need, under test-output/tools; does nothing where it already stands.
#   helm           Helm itself, built from its Go module (Go 1.24 or later; about two minutes on two cores)
#   chart-venv/    Python with kubernetes-validate, which ships the schemas of the Kubernetes API
# Needs go, python3 (3.11 or later, with venv), the Go module proxy and the package index. Run it from anywhere.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
tools="$root/test-output/tools"
python="${PYTHON:-python3}"
helm_version=v3.19.5

# Every package with its exact version: the tests must mean the same tomorrow.
requirements() {
  cat <<'END'
attrs==26.1.0
importlib_resources==6.5.2
jsonschema==4.26.0
jsonschema-specifications==2025.9.1
kubernetes-validate==1.37.0
packaging==25.0
PyYAML==6.0.3
referencing==0.37.0
rpds-py==2026.9.1
typing_extensions==4.16.0
END
}

mkdir -p "$tools"

stamp="$tools/helm.version"
if [ -x "$tools/helm" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$helm_version" ]; then
  echo "chart tools: helm $helm_version is there"
else
  echo "chart tools: building helm $helm_version"
  GOBIN="$tools" GOFLAGS=-mod=mod CGO_ENABLED=0 go install -ldflags '-s -w' "helm.sh/helm/v3/cmd/helm@$helm_version"
  echo "$helm_version" >"$stamp"
fi

venv="$tools/chart-venv"
if [ -x "$venv/bin/python" ] && [ -f "$venv/requirements.txt" ] && [ "$(requirements)" = "$(cat "$venv/requirements.txt")" ]; then
  echo "chart tools: $venv is up to date"
  exit 0
fi
echo "chart tools: making $venv"
"$python" -m venv --clear "$venv"
requirements >"$venv/requirements.wanted"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$venv/requirements.wanted"
"$venv/bin/python" -c 'import kubernetes_validate'
mv "$venv/requirements.wanted" "$venv/requirements.txt"
echo "chart tools: $venv is ready"
