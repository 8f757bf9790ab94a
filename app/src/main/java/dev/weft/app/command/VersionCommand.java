package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.home.Build;
import dev.weft.app.home.Home;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft version}: what this build is and what it runs on. */
@Command(name = "version", description = "Tells what this build is and what it runs on.")
final class VersionCommand implements Callable<Integer> {

  private final Console console;
  private final Home home;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  VersionCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    var facts = facts(Build.of(home));
    if (isJson) {
      console.json(facts);
    } else {
      facts.forEach((name, value) -> console.line("%-12s %s".formatted(name, value)));
    }
    return ExitCode.OK;
  }

  private static Map<String, String> facts(Build build) {
    var facts = new LinkedHashMap<String, String>();
    facts.put("weft", build.version());
    facts.put("commit", build.commit().orElse("unknown"));
    facts.put(
        "java",
        "%s (%s)".formatted(System.getProperty("java.version"), System.getProperty("java.vendor")));
    facts.put("onnxruntime", build.onnxruntime());
    facts.put("akka", build.akka());
    facts.put(
        "platform",
        "%s %s, %d processors"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors()));
    return facts;
  }
}
