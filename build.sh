#!/bin/sh
# Calls build.cake: ./build.sh demo | test | ... (see CONTRIBUTING.md); what is behind the target goes to it. Needs the .NET SDK, sets up all else.
set -eu
cd "$(dirname "$0")"
dotnet tool restore --verbosity quiet >/dev/null
target=${1:-test}
[ $# = 0 ] || shift
# Cake takes no option with an empty value.
[ $# != 0 ] || exec dotnet cake build.cake --target="$target"
exec dotnet cake build.cake --target="$target" --arguments="$*"
