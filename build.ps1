# Calls build.cake: .\build.ps1 demo | test | ... (see CONTRIBUTING.md). Needs the .NET SDK, sets up all else.
param([string]$Target = "test", [Parameter(ValueFromRemainingArguments)] [string[]]$Rest)
$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot
dotnet tool restore --verbosity quiet | Out-Null
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
# Cake takes no option with an empty value.
if ($Rest) { dotnet cake build.cake --target=$Target "--arguments=$Rest" } else { dotnet cake build.cake --target=$Target }
exit $LASTEXITCODE
