package dev.weft.app.command;

import dev.weft.app.console.Console;
import dev.weft.app.distribution.Distribution;
import dev.weft.app.home.Home;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft dist}: this build as one file for machines without Java. */
@Command(
    name = "dist",
    description = {
      "Packs this build with a Java runtime of its own into a tar.gz for machines as this one.",
      "In it are a launcher, a systemd unit and a container file; its README.md tells more."
    })
final class DistCommand implements Callable<Integer> {

  private final Console console;
  private final Home home;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write; default weft-VERSION-SYSTEM-ARCH.tar.gz here.")
  private Optional<Path> out = Optional.empty();

  DistCommand(Console console, Home home) {
    this.console = console;
    this.home = home;
  }

  @Override
  public Integer call() {
    var target = out.orElseGet(() -> Path.of(Distribution.fileName(home)));
    try (var progress = console.progress()) {
      var flaw = Distribution.make(home, target, progress::line);
      progress.close();
      flaw.ifPresent(what -> console.note("weft: it will start slower: " + what));
    }
    console.line(target.toString());
    return ExitCode.OK;
  }
}
