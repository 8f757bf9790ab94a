package dev.weft.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.app.console.Console;
import dev.weft.app.home.Build;
import dev.weft.app.home.Home;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line's root: its subcommands, the flags all have, and how errors are told. */
@Command(
    name = "weft",
    description = "Runs small ML models as composable micro-stages.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  weft demo                            run the kiosk example",
      "  weft stages                          what a stage can use",
      "  weft lint examples                   check manifests",
      "  weft run model.onnx --input x=x.npy  run a model",
      "  weft serve models                    serve a folder of models over HTTP",
      "  weft run pipeline.yaml --input text=text:hello --repeat 100",
      "",
      "'weft COMMAND --help' tells more of each command."
    })
public final class WeftCommand implements Runnable {

  @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Tells how to use the command.")
  @SuppressWarnings("UnusedVariable") // The parser looks at it.
  private boolean isHelpWanted;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Logs more on stderr, and where an internal error arose; -vv logs all.")
  private boolean[] verbosity = {};

  private WeftCommand() {}

  /** The whole command line, ready to execute. */
  public static CommandLine line(Console console, Home home) {
    var root = new WeftCommand();
    var line = new CommandLine(root);
    subcommands(console, home).forEach(line::addSubcommand);
    line.setOut(new PrintWriter(console.out(), true, UTF_8));
    line.setErr(new PrintWriter(console.err(), true, UTF_8));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setUsageHelpLongOptionsMaxWidth(32);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    var mistakes = new Mistakes(console, () -> root.verbosity.length > 0);
    line.setParameterExceptionHandler(mistakes::wrongUse);
    line.setExecutionExceptionHandler(mistakes::failed);
    line.setExecutionStrategy(
        parsed -> {
          Logging.DESK.set(Logging.verbosity(root.verbosity.length));
          return new CommandLine.RunLast().execute(parsed);
        });
    line.getCommandSpec().version("weft " + Build.of(home).version());
    describe(line);
    return line;
  }

  private static List<Object> subcommands(Console console, Home home) {
    return List.of(
        new BenchCommand(console, home),
        new CommandLine(new DemoCommand(console, home))
            .addSubcommand(new DemoRolloutCommand(console, home)),
        new RunCommand(console, home),
        new ServeCommand(console, home),
        new NodeCommand(console, home),
        ClusterCommand.line(console, home),
        AccessCommand.line(console),
        CertsCommand.line(console),
        new CtlCommand(console, home),
        new FlagCommand(console, home),
        new RolloutCommand(console, home),
        new TraceCommand(console, home),
        new ReplayCommand(console, home),
        DriftCommand.line(console, home),
        new QuantizeCommand(console, home),
        new LintCommand(console),
        new CommandLine(new ExplainCommand(console))
            .addSubcommand(new ExplainFrameCommand(console)),
        new FetchCommand(console, home),
        DbCommand.line(console, home),
        new CommandLine(new TortureCommand(console, home))
            .addSubcommand(new TortureClusterCommand(console, home)),
        SimCommand.line(console, home),
        OutboxCommand.line(console),
        new StagesCommand(console),
        new DistCommand(console, home),
        new VersionCommand(console, home));
  }

  private static void describe(CommandLine line) {
    var usage = line.getCommandSpec().usageMessage();
    usage.sortOptions(false);
    usage.commandListHeading("%nCommands:%n");
    usage.exitCodeListHeading("%nExit codes:%n");
    usage.exitCodeList(exitCodes());
    line.getSubcommands().values().forEach(WeftCommand::describe);
  }

  private static Map<String, String> exitCodes() {
    var codes = new LinkedHashMap<String, String>();
    codes.put("0", "done");
    codes.put("1", "the work failed");
    codes.put("2", "wrong use");
    codes.put("130", "interrupted");
    return codes;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }
}
