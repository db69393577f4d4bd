namespace CallActors.Tests.Fixtures;

/// <summary>
/// The callbacks of calls as bad lines deliver them: shuffled, doubled, and all but the last one lost now and then. Whatever happened to them, the rows in the
/// CRM are those of the calls whose callbacks came in order and once.
/// </summary>
internal static class ShuffledCallbacks
{
    /// <summary>What can be known of the call whichever of its callbacks arrived. Since when it rang, only the first can tell.</summary>
    private static Task<string> RowOf(SpecCrm crm, string call) => crm.RowAsync(
        $"""
        select business_id, lead_id, from_number, to_number, direction, status, stream_started_at, stream_ended_at,
          case when stream_started_at is not null then duration end
        from call_log where call_sid = '{call}'
        """);

    /// <summary>Delivers a call's callbacks in order, then other calls' in every disorder, and compares the rows.</summary>
    /// <param name="crm">What the service writes to.</param>
    /// <param name="service">The service.</param>
    /// <param name="prefix">Of the calls' ids.</param>
    /// <param name="seed">Tells one disorder from another.</param>
    /// <param name="callbacks">How many callbacks a call has; the last is its end.</param>
    /// <param name="send">Sends the n-th callback of a call.</param>
    public static async Task LeaveTheRowsOfOrder(SpecCrm crm, ServiceProcess service, string prefix, int seed, int callbacks, Func<string, int, Task> send)
    {
        const int disorders = 24;
        using var gateway = new GatewayClient(service.Address);
        for (var i = 0; i < callbacks; i++) await send($"{prefix}-order", i);
        var random = new Random(seed);
        var scripts = Enumerable.Range(0, disorders).Select(_ => Disordered(random, callbacks)).ToList();
        await Task.WhenAll(scripts.Select(async (script, number) =>
        {
            var call = $"{prefix}-{number:00}";
            if (number % 2 == 0) await Task.WhenAll(script.Select(callback => send(call, callback)));
            else foreach (var callback in script) await send(call, callback);
        }));
        await gateway.UntilNoCallIsLeft();

        var expected = await RowOf(crm, $"{prefix}-order");
        for (var number = 0; number < disorders; number++)
        {
            var row = await RowOf(crm, $"{prefix}-{number:00}");
            Assert.True(expected == row, $"seed {seed}, callbacks {string.Join(' ', scripts[number])}:\n{expected}\n{row}");
        }
    }

    private static int[] Disordered(Random random, int callbacks)
    {
        var script = Enumerable.Range(0, callbacks)
            .Where(callback => callback == callbacks - 1 || random.Next(2) == 0)
            .SelectMany(callback => Enumerable.Repeat(callback, 1 + random.Next(3)))
            .ToArray();
        random.Shuffle(script);
        return script;
    }
}
