#!/bin/sh
# Calls build.cake: ./build.sh demo | test | ... (see CONTRIBUTING.md). Needs the .NET SDK, sets up all else.
set -eu
cd "$(dirname "$0")"
dotnet tool restore --verbosity quiet >/dev/null
exec dotnet cake build.cake --target="${1:-test}"
