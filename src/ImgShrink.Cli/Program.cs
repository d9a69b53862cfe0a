using System.CommandLine;
using ImgShrink.Blocks;
using ImgShrink.Cli;
using ImgShrink.Cli.Commands;
using ImgShrink.Pipeline;

// The only place that catches: one sentence on stderr and the right exit code, whatever went wrong.
using var interrupt = new Interrupt();
using OwnWindow? window = OwnWindow.Of(args);
ParseResult parsed = CommandLine.Parse(args, interrupt.Token);
var console = ConsoleSettings.Of(parsed);
try
{
    if (parsed.Errors.Count == 0)
        return console.End(parsed.Invoke(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }));
    return console.Fail(CommandLine.WhatIsWrong(parsed), ExitCodes.Usage);
}
catch (UsageException wrong)
{
    return console.Fail(wrong.Message, ExitCodes.Usage, wrong);
}
catch (CancelledMidwayException begun)
{
    return console.Fail(begun.Message, ExitCodes.Cancelled, begun);
}
catch (OperationCanceledException cancelled)
{
    return console.Fail("Cancelled; nothing was written.", ExitCodes.Cancelled, cancelled);
}
catch (ImgShrinkException known)
{
    return console.Fail(known.Message, known.ExitCode, known);
}
catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
{
    return console.Fail(denied.Message, new AccessException(denied.Message).ExitCode, denied);
}
catch (Exception bug)
{
    return console.Fail(
        $"Internal error, which should not happen; please report it. {bug.GetType().Name}: {bug.Message}", ExitCodes.InternalError, bug);
}
