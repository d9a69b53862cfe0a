# Calls build.cake: .\build.ps1 demo | test | ... (see CONTRIBUTING.md). Needs the .NET SDK, sets up all else.
param([string]$Target = "test")
$ErrorActionPreference = "Stop"
Set-Location $PSScriptRoot
dotnet tool restore --verbosity quiet | Out-Null
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
dotnet cake build.cake --target=$Target
exit $LASTEXITCODE
