return await CallActors.Host.Verbs.CommandLine.RunAsync(args);
