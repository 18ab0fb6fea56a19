#!/bin/sh
# Makes what the system tests need beside Node, under test-output/tools; does nothing where it already stands.
#   venv/   Python with moto's server (test/support/aws-stand-in.ts), MiniStack (test/aws) and cfn-lint
# Needs python3 (3.11 or later, with venv) and the package index. Run it from anywhere.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
tools="$root/test-output/tools"
venv="$tools/venv"
python="${PYTHON:-python3}"

# Every package with its exact version: the tests must mean the same tomorrow.
requirements() {
  cat <<'END'
annotated-types==0.8.0
antlr4-python3-runtime==4.13.2
attrs==26.1.0
aws-xray-sdk==2.15.0
blinker==1.9.0
boto3==1.43.106
botocore==1.43.106
certifi==2026.10.18
cffi==2.1.1
cfn-lint==1.58.0
charset-normalizer==3.5.2
click==8.5.1
cryptography==50.0.2
defusedxml==0.7.1
docker==7.2.0
flask-cors==6.0.5
Flask==3.1.3
graphql-core==3.2.12
h11==0.16.0
h2==4.4.1
hpack==4.2.0
Hypercorn==0.18.0
hyperframe==6.1.0
idna==3.20
itsdangerous==2.2.0
Jinja2==3.1.6
jmespath==1.1.0
joserfc==1.8.0
jsonata-python==0.7.1
jsonpatch==1.47
jsonpath-ng==1.16.0
jsonpointer==3.12
jsonschema-path==0.5.0
jsonschema-specifications==2025.9.1
jsonschema==4.26.0
lazy-object-proxy==1.13.0
MarkupSafe==3.0.4
ministack==1.5.33
moto==5.2.5
mpmath==1.3.0
networkx==3.6.1
openapi-schema-validator==0.9.0
openapi-spec-validator==0.9.0
pathable==0.6.0
priority==2.0.0
py-partiql-parser==0.6.3
pycparser==3.12
pydantic-settings==2.16.3
pydantic==2.14.3
pydantic_core==2.50.4
pyparsing==3.3.3
python-dateutil==2.9.0.post0
python-dotenv==1.2.4
PyYAML==6.0.3
referencing==0.37.0
regex==2026.11.15
requests==2.34.2
responses==0.26.3
rfc3339-validator==0.1.4
rpds-py==2026.9.1
s3transfer==0.19.3
six==1.17.0
sympy==1.14.0
typing-inspection==0.4.5
typing_extensions==4.16.0
urllib3==2.8.0
Werkzeug==3.1.9
wrapt==2.5.2
wsproto==1.3.2
xmltodict==1.0.4
END
}

# The list that was installed lies in the venv: a changed list makes it anew.
stamp="$venv/requirements.txt"
if [ -x "$venv/bin/python" ] && [ -f "$stamp" ] && [ "$(requirements)" = "$(cat "$stamp")" ]; then
  echo "test tools: $venv is up to date"
  exit 0
fi

if ! "$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))'; then
  echo "test tools: $python is not Python 3.11 or later with the venv module; set PYTHON to one that is" >&2
  exit 1
fi

echo "test tools: making $venv"
mkdir -p "$tools"
"$python" -m venv --clear "$venv"
requirements >"$venv/requirements.wanted"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$venv/requirements.wanted"
"$venv/bin/python" -c 'import moto.server, ministack, cfnlint'
mv "$venv/requirements.wanted" "$stamp"
echo "test tools: $venv is ready"
